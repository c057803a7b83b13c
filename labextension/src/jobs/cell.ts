/**
 * A cell of an executed notebook, drawn by JupyterLab's own renderers.
 */
import type { IOutput as INbOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';
import type { ICellState } from '../api/jobs';
import { questioned } from '../display/largeoutput';
import { withoutStyles } from '../display/sanitize';
import type { IDocumentCell } from './document';
import { cellName } from './format';
import type { IOutput } from './frames';

const MOST_OUTPUTS = 100;

/**
 * Source and outputs of one cell; only what has changed is drawn again.
 */
export class JobCell extends Panel {
  constructor(private _options: JobCell.IOptions) {
    super();
    const { cell, language } = _options;
    this.addClass('jp-NbTasks-cell');
    this.node.dataset['kind'] = cell.kind;
    this.node.dataset['injected'] = `${cell.isInjected}`;
    this.node.setAttribute('role', 'listitem');
    this._prompt.addClass('jp-NbTasks-prompt');
    this._dropped.addClass('jp-NbTasks-dropped');
    this._dropped.hide();
    const source = this._renderSource(cell, language);
    source.addClass('jp-NbTasks-source');
    this.addWidget(this._prompt);
    this.addWidget(source);
    if (cell.kind === 'code') {
      this._area = new SimplifiedOutputArea({
        // Somebody else may have written the notebook: its scripts stay in the report.
        model: new OutputAreaModel({ trusted: false }),
        rendermime: _options.rendermime,
        maxNumberOutputs: MOST_OUTPUTS
      });
      this.addWidget(this._dropped);
      this.addWidget(this._area);
    }
  }

  /**
   * Show *cell* as it is now.
   */
  refresh(cell: IDocumentCell, state?: ICellState): void {
    if (cell === this._cell && state === this._state) {
      return;
    }
    this._cell = cell;
    this._state = state;
    const isRunning = state?.status === 'running';
    const { index, trans } = this._options;
    this.node.dataset['status'] = state?.status ?? '';
    this.node.setAttribute('aria-label', cellName(index, state?.status, trans));
    this._prompt.node.textContent =
      cell.kind === 'code' ? `[${isRunning ? '*' : (cell.count ?? ' ')}]:` : '';
    if (this._area && cell.outputs !== this._drawnOutputs) {
      this._draw(cell.outputs);
      this._showDropped(cell.dropped);
    }
  }

  private _draw(outputs: ReadonlyArray<IOutput>): void {
    const { model } = this._area as SimplifiedOutputArea;
    let drawn = this._drawnOutputs;
    if (outputs.length < drawn.length) {
      model.clear();
      drawn = [];
    }
    outputs.forEach((output, index) => {
      if (index >= drawn.length) {
        model.add(drawable(output));
      } else if (output !== drawn[index]) {
        model.set(index, drawable(output));
      }
    });
    this._drawnOutputs = outputs;
  }

  private _showDropped(count: number): void {
    this._dropped.setHidden(!count);
    if (count && !this._dropped.node.firstChild) {
      const { href, trans } = this._options;
      const link = document.createElement('a');
      link.href = href;
      link.download = '';
      link.textContent = trans.__('Download the whole output');
      this._dropped.node.append(trans.__('Only the end of the output is shown.'), ' ', link);
    }
  }

  private _renderSource(cell: IDocumentCell, language: string): Widget {
    const { rendermime } = this._options;
    if (cell.kind === 'raw') {
      const raw = new Widget({ node: document.createElement('pre') });
      raw.node.textContent = cell.source;
      return raw;
    }
    // Code is a fenced block, so that the theme's highlighter draws it.
    const runs = cell.source.match(/`{3,}/g) ?? [];
    const fence = '`'.repeat(Math.max(3, ...runs.map(run => run.length + 1)));
    const text =
      cell.kind === 'code' ? `${fence}${language}\n${cell.source}\n${fence}` : cell.source;
    const renderer = rendermime.createRenderer('text/markdown');
    const model = new MimeModel({ data: { 'text/markdown': text }, trusted: false });
    void renderer.renderModel(model);
    return renderer;
  }

  private _area: SimplifiedOutputArea | null = null;
  private _cell: IDocumentCell | null = null;
  private _dropped = new Widget();
  private _prompt = new Widget();
  private _drawnOutputs: ReadonlyArray<IOutput> = [];
  private _state: ICellState | undefined;
}

function drawable(output: IOutput): INbOutput {
  return questioned(withoutStyles(output as INbOutput));
}

/**
 * The namespace for JobCell statics.
 */
export namespace JobCell {
  /**
   * What is needed to draw a cell: *index* is its place in the notebook, *href* the address of its
   * whole output.
   */
  export interface IOptions {
    cell: IDocumentCell;
    href: string;
    index: number;
    language: string;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}
