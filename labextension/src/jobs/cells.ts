/**
 * The executed notebook of a job's page, cell by cell.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel } from '@lumino/widgets';
import type { ICellState } from '../api/jobs';
import { JobCell } from './cell';
import type { IDocumentCell } from './document';
import type { LiveJob } from './live';

// This many cells are drawn before the browser may do something else.
const AT_ONCE = 20;
const POINTED = 1600;

/**
 * The cells as they are now; those of a long notebook come a few at a time.
 */
export class JobCells extends Panel {
  constructor(private _options: JobCells.IOptions) {
    super();
    this.addClass('jp-NbTasks-notebook');
    this.node.setAttribute('role', 'list');
    this.node.setAttribute('aria-label', _options.trans.__('Executed notebook'));
  }

  /**
   * Show what there is.
   */
  refresh(): void {
    const { job, notebook } = this._options.live;
    if (!haveSameSources(notebook.cells, this._drawn)) {
      [...this.widgets].forEach(widget => widget.dispose());
    }
    this._drawn = notebook.cells;
    this._states = new Map(job?.cells?.map(state => [state.index, state]));
    this.widgets.forEach((_, index) => this._refresh(index));
    this._grow(AT_ONCE);
  }

  /**
   * Scroll to a cell, and point at it.
   */
  reveal(index: number): void {
    this._grow(index + 1);
    const node = this.widgets[index]?.node;
    const scroll = (): void => node?.scrollIntoView({ block: 'center' });
    scroll();
    // The cells around it have their height only now that they are in sight.
    requestAnimationFrame(() => requestAnimationFrame(scroll));
    node?.classList.add('jp-mod-pointed');
    window.setTimeout(() => node?.classList.remove('jp-mod-pointed'), POINTED);
  }

  override dispose(): void {
    window.clearTimeout(this._growing);
    super.dispose();
  }

  /** Draw cells until there are *count*, and soon some more. */
  private _grow(count: number): void {
    window.clearTimeout(this._growing);
    const { length } = this._drawn;
    while (this.widgets.length < Math.min(count, length)) {
      this._add(this.widgets.length);
    }
    const drawn = this.widgets.length;
    if (drawn < length) {
      this._growing = window.setTimeout(() => this._grow(drawn + AT_ONCE));
    }
  }

  private _add(index: number): void {
    const { live, rendermime, trans } = this._options;
    const { language } = live.notebook;
    const cell = this._drawn[index] as IDocumentCell;
    const href = live.api.downloadUrl(live.id);
    this.addWidget(new JobCell({ cell, href, index, language, rendermime, trans }));
    this._refresh(index);
  }

  private _refresh(index: number): void {
    const cell = this._drawn[index] as IDocumentCell;
    (this.widgets[index] as JobCell).refresh(cell, this._states.get(index));
  }

  private _drawn: ReadonlyArray<IDocumentCell> = [];
  private _growing: number | undefined;
  private _states = new Map<number, ICellState>();
}

function haveSameSources(
  cells: ReadonlyArray<IDocumentCell>,
  others: ReadonlyArray<IDocumentCell>
): boolean {
  return (
    cells.length === others.length &&
    cells.every(
      ({ kind, source }, index) => kind === others[index]?.kind && source === others[index]?.source
    )
  );
}

/**
 * The namespace for JobCells statics.
 */
export namespace JobCells {
  /**
   * What is needed to draw the cells.
   */
  export interface IOptions {
    live: LiveJob;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}
