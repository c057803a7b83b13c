/**
 * A job's page in the main area: facts, timeline, traceback, and the notebook as it grows.
 */
import type { IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Panel } from '@lumino/widgets';
import { address } from '../request';
import { JobCell } from './cell';
import { JobFacts } from './facts';
import type { LiveJob } from './live';

/**
 * The content of a job's page.
 */
export class JobPage extends Panel {
  constructor(private _options: JobPage.IOptions) {
    super();
    const { commands, live, trans } = _options;
    this.live = live;
    this.addClass('jp-NbTasks-page');
    this.node.setAttribute('role', 'region');
    this._failure.addClass('jp-NbTasks-traceback');
    this._cells.addClass('jp-NbTasks-notebook');
    this._cells.node.setAttribute('role', 'list');
    this._cells.node.setAttribute('aria-label', trans.__('Executed notebook'));
    this.addWidget(new JobFacts(live, commands, trans, index => this.reveal(index)));
    this.addWidget(this._failure);
    this.addWidget(this._cells);
    live.stateChanged.connect(this._onChanged, this);
  }

  readonly live: LiveJob;

  /**
   * Scroll to a cell, and point at it.
   */
  reveal(index: number): void {
    const node = this._cells.widgets[index]?.node;
    node?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    node?.classList.add('jp-mod-pointed');
    window.setTimeout(() => node?.classList.remove('jp-mod-pointed'), 1600);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.live.dispose();
      super.dispose();
    }
  }

  private _onChanged(): void {
    const { job, notebook } = this.live;
    if (!job) {
      return;
    }
    this.title.label = job.name;
    this.node.setAttribute('aria-label', this._options.trans.__('Job %1', job.name));
    this._drawFailure(job.error?.traceback ?? []);
    const { rendermime, trans } = this._options;
    const href = address(this.live.serverSettings, `jobs/${job.id}/output`, { download: '1' });
    const sources = JSON.stringify(notebook.cells.map(({ kind, source }) => [kind, source]));
    if (sources !== this._sources) {
      this._sources = sources;
      [...this._cells.widgets].forEach(widget => widget.dispose());
      for (const cell of notebook.cells) {
        const { language } = notebook;
        const index = this._cells.widgets.length;
        this._cells.addWidget(new JobCell({ cell, href, index, language, rendermime, trans }));
      }
    }
    const states = new Map(job.cells?.map(state => [state.index, state]));
    notebook.cells.forEach((cell, index) =>
      (this._cells.widgets[index] as JobCell).refresh(cell, states.get(index))
    );
  }

  private _drawFailure(traceback: string[]): void {
    const error = this.live.job?.error;
    if (!error || traceback.length === 0 || this._failure.widgets.length) {
      return;
    }
    const { ename, evalue } = error;
    const output: IOutput = { output_type: 'error', ename, evalue, traceback };
    const model = new OutputAreaModel({ values: [output] });
    const { rendermime, trans } = this._options;
    const { node } = this._failure;
    node.setAttribute('role', 'region');
    node.setAttribute('aria-label', trans.__('Traceback'));
    // It scrolls, and the keyboard must reach it.
    node.tabIndex = 0;
    this._failure.addWidget(new SimplifiedOutputArea({ model, rendermime }));
  }

  private _cells = new Panel();
  private _failure = new Panel();
  private _sources = '';
}

/**
 * The namespace for JobPage statics.
 */
export namespace JobPage {
  /**
   * What a page is drawn with.
   */
  export interface IOptions {
    commands: CommandRegistry;
    live: LiveJob;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}
