/**
 * One job and its executed notebook, live while it runs.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';

import { request } from '../request';
import type { ICellState, IJob, IJobs } from '../tokens';
import type { INotebook } from './document';
import { ExecutedNotebook } from './document';
import type { IFrame } from './frames';
import { isFinal } from './status';
import { JobStream } from './stream';

// Outputs may come by the thousand a second; eyes do not need more than this.
const DRAWN_EVERY = 120;
const READ_EVERY = 1000;

/**
 * The model of a job's page.
 */
export class LiveJob extends VDomModel {
  constructor({ id, jobs, serverSettings }: LiveJob.IOptions) {
    super();
    this.id = id;
    this.jobs = jobs;
    this.serverSettings = serverSettings;
    jobs.heard.connect(this._onHeard, this);
    this.ready = this._begin();
  }

  readonly id: string;
  readonly jobs: IJobs;
  readonly notebook = new ExecutedNotebook();
  readonly ready: Promise<void>;
  readonly serverSettings: ServerConnection.ISettings;

  /** The job as it is now; null until the server has answered. */
  get job(): IJob | null {
    return this._job;
  }

  /** What is wrong, in the server's words. */
  get problem(): string | null {
    return this._problem;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    window.clearTimeout(this._drawing);
    window.clearTimeout(this._reading);
    this._stream?.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  private async _begin(): Promise<void> {
    this._stream?.dispose();
    this._stream = null;
    await this._read();
    if (this._job && !isFinal(this._job.status) && !this.isDisposed) {
      this._stream = new JobStream(this.serverSettings, this.id);
      this._stream.received.connect(this._onFrame, this);
    }
  }

  private async _read(): Promise<void> {
    const path = `jobs/${this.id}/output`;
    try {
      const [job, notebook] = await Promise.all([
        this.jobs.fetch(this.id),
        request<INotebook>(this.serverSettings, 'GET', path)
      ]);
      this.notebook.load(notebook);
      const begun = new Map(job.cells?.map(cell => [cell.index, cell]));
      const cells = this._pending().map(cell => begun.get(cell.index) ?? cell);
      this._job = { ...job, cells };
      this._problem = null;
    } catch (error) {
      this._problem = error instanceof Error ? error.message : String(error);
    }
    this._draw();
  }

  private _onFrame(_: JobStream, frame: IFrame): void {
    if (!this._job) {
      return;
    }
    if (frame.type === 'status') {
      const { attempt, message, status } = frame;
      const hasBegun = this._job.status === 'SUBMITTED' && status === 'EXECUTING';
      this._job = { ...this._job, attempt, message, status };
      if (isFinal(status)) {
        void this._read();
      } else if (hasBegun) {
        // Only now its parameters are in the document, and every cell after them is one further.
        void this._begin();
      }
    } else {
      this.notebook.apply(frame);
      this._mark(frame);
    }
    this._draw();
  }

  private _mark(frame: IFrame): void {
    if (frame.type === 'state') {
      this._job = { ...(this._job as IJob), cells: this._pending() };
      for (const { index, seconds, started_at, status } of frame.cells) {
        this._cell(index, { seconds, started_at: moment(started_at), status });
      }
    } else if (frame.type === 'cell_started') {
      const started_at = moment(frame.at);
      this._cell(frame.cell, { status: 'running', started_at });
    } else if (frame.type === 'cell_finished') {
      const { seconds, status } = frame;
      this._cell(frame.cell, { seconds, status });
    }
  }

  private _pending(): ICellState[] {
    const fresh = { status: 'pending', started_at: null, seconds: null } as const;
    return this.notebook.cells.flatMap(({ id, kind }, index) =>
      kind === 'code' ? [{ index, id, ...fresh }] : []
    );
  }

  private _cell(index: number, changes: Partial<ICellState>): void {
    const job = this._job as IJob;
    const cells = (job.cells ?? []).map(cell =>
      cell.index === index ? { ...cell, ...changes } : cell
    );
    this._job = { ...job, cells };
  }

  private _onHeard(_: IJobs, id: string): void {
    if (id !== this.id || !this._job) {
      return;
    }
    const known = this.jobs.known(id);
    if (known && !isFinal(known.status)) {
      const { attempt, progress, status } = known;
      const isFollowed = this._stream?.isOpen ?? false;
      // The stream says the status in its place among the outputs.
      const said = isFollowed ? {} : { attempt, status };
      this._job = { ...this._job, progress, ...said };
      this._draw();
    }
    if (!this._stream?.isOpen && this._reading === undefined) {
      // Without a stream the document is read again, not more than once a second.
      this._reading = window.setTimeout(() => {
        this._reading = undefined;
        void this._read();
      }, READ_EVERY);
    }
  }

  private _draw(): void {
    this._drawing ??= window.setTimeout(() => {
      this._drawing = undefined;
      this.stateChanged.emit();
    }, DRAWN_EVERY);
  }

  private _drawing: number | undefined;
  private _job: IJob | null = null;
  private _problem: string | null = null;
  private _reading: number | undefined;
  private _stream: JobStream | null = null;
}

function moment(at: number | null): string | null {
  return at === null ? null : new Date(at * 1000).toISOString();
}

/**
 * The namespace for LiveJob statics.
 */
export namespace LiveJob {
  /**
   * Which job, and where.
   */
  export interface IOptions {
    id: string;
    jobs: IJobs;
    serverSettings: ServerConnection.ISettings;
  }
}
