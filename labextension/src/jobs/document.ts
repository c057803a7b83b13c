/**
 * The executed notebook of a job as it grows; pure.
 */
import type { IFrame, IOutput } from './frames';

// A browser that has to lay out more text than this stops answering; what grows, many times a
// second.
const LARGEST_STREAM = 100_000;
const LARGEST_GROWING = 30_000;

/**
 * A cell of the executed notebook; *dropped* counts the characters of its outputs not shown.
 */
export interface IDocumentCell {
  id: string | null;
  kind: string;
  source: string;
  count: number | null;
  outputs: ReadonlyArray<IOutput>;
  dropped: number;
  isInjected: boolean;
}

/**
 * The notebook as the server answers it.
 */
export interface INotebook {
  metadata?: { language_info?: { name?: string } };
  cells: ReadonlyArray<{
    id?: string;
    cell_type: string;
    source: string | string[];
    execution_count?: number | null;
    outputs?: IOutput[];
    metadata?: { tags?: string[] };
  }>;
}

/**
 * Cells and their outputs; an output that changes is a new object.
 */
export class ExecutedNotebook {
  cells: IDocumentCell[] = [];
  language = '';

  /**
   * Take the whole document.
   */
  load(notebook: INotebook): void {
    this.language = notebook.metadata?.language_info?.name ?? 'python';
    this._displays.clear();
    this.cells = notebook.cells.map(cell => ({
      id: cell.id ?? null,
      kind: cell.cell_type,
      source: text(cell.source),
      count: cell.execution_count ?? null,
      outputs: [],
      dropped: 0,
      isInjected: cell.metadata?.tags?.includes('injected-parameters') ?? false
    }));
    this._largest = LARGEST_STREAM;
    notebook.cells.forEach((cell, index) =>
      cell.outputs?.forEach(output => this._add(index, output))
    );
    this._largest = LARGEST_GROWING;
  }

  /**
   * Take one event of the stream.
   */
  apply(frame: IFrame): void {
    switch (frame.type) {
      case 'state':
        this._clear();
        frame.cells.forEach(({ execution_count, index, outputs }) => {
          this._change(index, { count: execution_count });
          outputs.forEach(output => this._add(index, output, output.display_id));
        });
        break;
      case 'execution_count':
        this._change(frame.cell, { count: frame.count });
        break;
      case 'clear_output':
        this._change(frame.cell, { outputs: [], dropped: 0 });
        break;
      case 'output':
        this._add(frame.cell, frame.output, frame.display_id);
        break;
      case 'update_display':
        this._update(frame.display_id, frame.data, frame.metadata);
        break;
    }
  }

  private _clear(): void {
    this._displays.clear();
    const nothing = { count: null, outputs: [], dropped: 0 };
    this.cells = this.cells.map(cell => ({ ...cell, ...nothing }));
  }

  private _add(index: number, output: IOutput, display?: string): void {
    const cell = this.cells[index];
    if (!cell) {
      return;
    }
    const last = cell.outputs[cell.outputs.length - 1];
    const cut = Number(output['cut'] ?? 0);
    if (output.output_type !== 'stream') {
      if (display) {
        this._displays.set(output, display);
      }
      this._change(index, { outputs: [...cell.outputs, output], dropped: cell.dropped + cut });
      return;
    }
    const isMore = last?.output_type === 'stream' && last['name'] === output['name'];
    const before = isMore ? text(last['text']) : '';
    const whole = overwritten(before + text(output['text']));
    const visible = tail(whole, this._largest);
    this._change(index, {
      outputs: [
        ...(isMore ? cell.outputs.slice(0, -1) : cell.outputs),
        { output_type: 'stream', name: output['name'], text: visible }
      ],
      dropped: cell.dropped + cut + whole.length - visible.length
    });
  }

  private _update(display: string, data: unknown, metadata: unknown): void {
    const renewed = (output: IOutput): IOutput => {
      if (this._displays.get(output) !== display) {
        return output;
      }
      const update = { ...output, data, metadata };
      this._displays.set(update, display);
      return update;
    };
    this.cells = this.cells.map(cell =>
      cell.outputs.some(output => this._displays.get(output) === display)
        ? { ...cell, outputs: cell.outputs.map(renewed) }
        : cell
    );
  }

  private _change(index: number, changes: Partial<IDocumentCell>): void {
    const cell = this.cells[index];
    if (cell) {
      this.cells[index] = { ...cell, ...changes };
    }
  }

  private _displays = new Map<IOutput, string>();
  private _largest = LARGEST_GROWING;
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : '';
}

/** What a terminal would still show of lines that were written over. */
function overwritten(written: string): string {
  return written.includes('\r') ? written.replace(/[^\n\r]*\r+(?=[^\n\r])/g, '') : written;
}

function tail(whole: string, largest: number): string {
  if (whole.length <= largest) {
    return whole;
  }
  const start = whole.length - largest;
  const line = whole.indexOf('\n', start);
  return whole.slice(line === -1 ? start : line + 1);
}
