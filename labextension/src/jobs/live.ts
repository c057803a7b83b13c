/**
 * One job and its executed notebook, live while it runs.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { ICellState, IJob } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import { RequestError } from '../api/request';
import type { IJobs } from '../tokens';
import type { INotebook } from './document';
import { ExecutedNotebook } from './document';
import type { IFrame } from './frames';
import { isFinal } from './status';
import { JobStream } from './stream';

// Outputs may come by the thousand a second; eyes do not need more than this.
const DRAWN_EVERY = 120;
const READ_EVERY = 1000;

/** A job and its document: what it has run, or what it is to run. */
interface ILoadedJob {
  job: IJob;
  notebook: INotebook;
  hasRun: boolean;
}

/**
 * The model of a job's page.
 */
export class LiveJob extends VDomModel {
  constructor({ id, jobs, serverSettings }: LiveJob.IOptions) {
    super();
    this.id = id;
    this.jobs = jobs;
    this.api = new JobsApi(serverSettings);
    this._settings = serverSettings;
    jobs.itemChanged.connect(this._onJobChanged, this);
    jobs.refreshed.connect(this._onRefreshed, this);
    this.ready = this._load();
  }

  readonly api: JobsApi;
  readonly id: string;
  readonly jobs: IJobs;
  readonly notebook = new ExecutedNotebook();
  readonly ready: Promise<void>;

  /** The job as it is now; null until the server has answered. */
  get job(): IJob | null {
    return this._job;
  }

  /** The server's sentence if it has refused the last request; else null. */
  get problem(): string | null {
    return this._problem;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._turn++;
    window.clearTimeout(this._drawing);
    window.clearTimeout(this._reloading);
    this._stream?.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  /**
   * Read everything, and follow the job from there; the answers to earlier requests are dropped.
   */
  private async _load(): Promise<void> {
    const turn = ++this._turn;
    window.clearTimeout(this._reloading);
    this._reloading = undefined;
    this._stream?.dispose();
    this._stream = null;
    let loaded: ILoadedJob | null = null;
    let problem: string | null = null;
    try {
      loaded = await this._fetch();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (turn !== this._turn) {
      return;
    }
    this._problem = problem;
    if (loaded) {
      this._show(loaded);
    }
    this._follow();
    this._draw();
  }

  private async _fetch(): Promise<ILoadedJob> {
    const job = await this.jobs.fetch(this.id);
    // They are not read at the same time: the job could end in between.
    const output = await this.api.output(this.id).catch((error: unknown) => {
      if (error instanceof RequestError && error.reason === 'no_output') {
        return null;
      }
      throw error;
    });
    return { job, notebook: output ?? (await this.api.input(this.id)), hasRun: output !== null };
  }

  private _show({ job, notebook, hasRun }: ILoadedJob): void {
    this.notebook.load(notebook);
    this._hasRun = hasRun;
    const states = new Map(job.cells?.map(cell => [cell.index, cell]));
    const cells = isFinal(job.status)
      ? (job.cells ?? [])
      : this._pendingCells().map(cell => states.get(cell.index) ?? cell);
    this._job = { ...job, cells };
  }

  private _follow(): void {
    if (this._job && !isFinal(this._job.status)) {
      this._stream = new JobStream(this._settings, this.id);
      this._stream.received.connect(this._onFrame, this);
    }
  }

  private _onFrame(_: JobStream, frame: IFrame): void {
    if (!this._job) {
      return;
    }
    if (frame.type === 'status') {
      const { attempt, message, status } = frame;
      const isNext = attempt !== this._job.attempt;
      this._job = { ...this._job, attempt, message, status };
      if (isNext || isFinal(status)) {
        void this._load();
      }
    } else if (this._hasRun) {
      this.notebook.apply(frame);
      this._updateCells(frame);
    } else {
      // Only now its parameters are in the document, and every cell after them is one further.
      void this._load();
    }
    this._draw();
  }

  private _updateCells(frame: IFrame): void {
    if (frame.type === 'state') {
      this._job = { ...(this._job as IJob), cells: this._pendingCells() };
      for (const { index, seconds, started_at, status } of frame.cells) {
        this._updateCell(index, { seconds, started_at: moment(started_at), status });
      }
    } else if (frame.type === 'cell_started') {
      const started_at = moment(frame.at);
      this._updateCell(frame.cell, { status: 'running', started_at });
    } else if (frame.type === 'cell_finished') {
      const { seconds, status } = frame;
      this._updateCell(frame.cell, { seconds, status });
    }
  }

  private _pendingCells(): ICellState[] {
    const fresh = { status: 'pending', started_at: null, seconds: null } as const;
    return this.notebook.cells.flatMap(({ id, kind }, index) =>
      kind === 'code' ? [{ index, id, ...fresh }] : []
    );
  }

  private _updateCell(index: number, changes: Partial<ICellState>): void {
    const job = this._job as IJob;
    const cells = (job.cells ?? []).map(cell =>
      cell.index === index ? { ...cell, ...changes } : cell
    );
    this._job = { ...job, cells };
  }

  private _onJobChanged(_: unknown, id: string): void {
    if (id !== this.id || !this._job) {
      return;
    }
    const job = this.jobs.get(id);
    if (job && !isFinal(job.status)) {
      const { attempt, progress, status } = job;
      const isFollowed = this._stream?.isOpen ?? false;
      // The stream has the status in its place among the outputs.
      this._job = { ...this._job, progress, ...(!isFollowed && { attempt, status }) };
      this._draw();
    }
    if (!this._stream?.isOpen && this._reloading === undefined) {
      // Without a stream all is read again, not more than once a second.
      this._reloading = window.setTimeout(() => void this._load(), READ_EVERY);
    }
  }

  private _onRefreshed(): void {
    const isLost = this._stream !== null && !this._stream.isOpen;
    if (isLost || this._problem !== null) {
      void this._load();
    }
  }

  private _draw(): void {
    this._drawing ??= window.setTimeout(() => {
      this._drawing = undefined;
      this.stateChanged.emit();
    }, DRAWN_EVERY);
  }

  private _drawing: number | undefined;
  private _hasRun = false;
  private _job: IJob | null = null;
  private _problem: string | null = null;
  private _reloading: number | undefined;
  private _settings: ServerConnection.ISettings;
  private _stream: JobStream | null = null;
  private _turn = 0;
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
