/**
 * A job's page in the main area: facts, timeline, traceback, and the notebook as it grows.
 */
import type { IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Panel } from '@lumino/widgets';
import { drawQuestions } from '../display/largeoutput';
import { JobCells } from './cells';
import { JobFacts } from './facts';
import type { LiveJob } from './live';

/**
 * The content of a job's page.
 */
export class JobPage extends Panel {
  constructor(private _options: JobPage.IOptions) {
    super();
    const { commands, live, rendermime, trans } = _options;
    this.live = live;
    this.addClass('jp-NbTasks-page');
    this.node.setAttribute('role', 'region');
    this._failure.addClass('jp-NbTasks-traceback');
    drawQuestions(rendermime, trans);
    this._cells = new JobCells({ live, rendermime, trans });
    this.addWidget(new JobFacts(live, commands, trans, index => this._cells.reveal(index)));
    this.addWidget(this._failure);
    this.addWidget(this._cells);
    live.stateChanged.connect(this._onChanged, this);
  }

  readonly live: LiveJob;

  override dispose(): void {
    if (!this.isDisposed) {
      this.live.dispose();
      super.dispose();
    }
  }

  private _onChanged(): void {
    const { job } = this.live;
    if (!job) {
      return;
    }
    this.title.label = job.name;
    this.node.setAttribute('aria-label', this._options.trans.__('Job %1', job.name));
    this._drawFailure(job.error?.traceback ?? []);
    this._cells.refresh();
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

  private _cells: JobCells;
  private _failure = new Panel();
}

/**
 * The namespace for JobPage statics.
 */
export namespace JobPage {
  /**
   * What is needed to draw a page.
   */
  export interface IOptions {
    commands: CommandRegistry;
    live: LiveJob;
    rendermime: IRenderMimeRegistry;
    trans: TranslationBundle;
  }
}
