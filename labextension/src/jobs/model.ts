/**
 * The jobs that the server knows, and how many are not over.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../api/eventbus';
import type { BatchedEvents, IJobEvent } from '../api/events';
import { jobEvents } from '../api/events';
import type { IJob, IJobFilter } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import type { IPage } from '../api/page';
import { LARGEST_PAGE } from '../api/page';
import { RequestError } from '../api/request';
import { ListModel } from '../lists/listmodel';
import type { IJobs } from '../tokens';
import { JobCache } from './cache';
import { isFinal, matches, UNFINISHED } from './status';

const ALL_UNFINISHED: IJobFilter = { q: '', statuses: UNFINISHED, notebook: null };

/**
 * The jobs that the server knows, as far as they were asked for.
 */
export class JobsModel extends ListModel<IJob, IJobFilter> implements IJobs {
  constructor(settings: ServerConnection.ISettings, bus: IEventBus) {
    super(bus, { q: '', statuses: [], notebook: null });
    this._api = new JobsApi(settings);
    this._events = jobEvents(bus.events);
    this._events.received.connect(this._onEvents, this);
  }

  readonly ended: Signal<IJobs, IJob> = new Signal<IJobs, IJob>(this);

  get running(): number {
    return this.cache.running.length;
  }

  get waiting(): number {
    return this.cache.waiting;
  }

  /** Those that run come first, however many wait that are newer. */
  override get items(): ReadonlyArray<IJob> {
    const running = this.cache.running.filter(job => this.matches(job));
    const ids = new Set(running.map(({ id }) => id));
    return [...running, ...super.items.filter(({ id }) => !ids.has(id))];
  }

  override async fetch(id: string): Promise<IJob> {
    const job = await this._api.get(id);
    const hasEnded = this.cache.unfinished.includes(id) && isFinal(job.status);
    this.place(job);
    this.cache.keep(job);
    this.stateChanged.emit();
    if (hasEnded) {
      this.ended.emit(job);
    }
    return job;
  }

  addOwn(job: IJob): void {
    this._own.add(job.id);
    const known = this.get(job.id);
    if (known && isFinal(known.status)) {
      // It was over before the answer to its submission was here.
      this.ended.emit(known);
      return;
    }
    this.place(job);
    this.stateChanged.emit();
  }

  isOwn(id: string): boolean {
    return this._own.has(id);
  }

  async cancel(id: string): Promise<void> {
    this.place(await this._api.cancel(id));
    this.stateChanged.emit();
  }

  async rerun(id: string): Promise<IJob> {
    const job = await this._api.rerun(id);
    this.addOwn(job);
    return job;
  }

  override async remove(id: string): Promise<void> {
    await this._api.remove(id);
    this.drop(id);
  }

  override dispose(): void {
    this._events.dispose();
    super.dispose();
  }

  protected override readonly cache = new JobCache();

  protected override fetchPage(limit: number, cursor: string | null): Promise<IPage<IJob>> {
    return this._api.list(this.filter, limit, cursor);
  }

  protected override matches(job: IJob): boolean {
    return matches(job, this.filter);
  }

  protected override async reload(): Promise<void> {
    await Promise.all([super.reload(), this._countUnfinished()]);
  }

  protected override async refetch(id: string): Promise<void> {
    const isNew = this.get(id) === undefined;
    try {
      const job = await this.fetch(id);
      if (isNew && isFinal(job.status)) {
        // It has ended before anything was known of it.
        this.ended.emit(job);
      }
    } catch (error) {
      if (error instanceof RequestError && [403, 404].includes(error.status)) {
        // It belongs to somebody else, or was deleted in the meantime: never ask for it again.
        this.forget(id);
        this._inaccessible.add(id);
      }
    }
  }

  private async _countUnfinished(): Promise<void> {
    const before = this.cache.unfinished;
    try {
      const page = await this._api.list(ALL_UNFINISHED, LARGEST_PAGE);
      page.items.forEach(job => this.place(job));
      // Jobs that ended while the connection was lost are announced, too.
      const now = new Set(page.items.map(job => job.id));
      const missed = before.filter(id => !now.has(id));
      await Promise.all(missed.map(id => this.refetch(id)));
    } catch {
      // The list shows what is wrong.
    }
    this.stateChanged.emit();
  }

  private _onEvents(_: unknown, events: ReadonlyArray<IJobEvent>): void {
    const strangers = events.filter(
      ({ id, status }) => status !== 'DELETED' && !this.get(id) && !this._inaccessible.has(id)
    );
    events.forEach(event => this._onEvent(event));
    this.refetchAll(strangers.map(({ id }) => id));
    this.stateChanged.emit();
  }

  private _onEvent({ attempt, id, progress, status }: IJobEvent): void {
    const job = this.get(id);
    if (status === 'DELETED') {
      this.forget(id);
    } else if (!job) {
      return;
    } else if (isFinal(status)) {
      // Its times, reason and results are not in the event.
      void this.refetch(id);
    } else {
      const hasBegun = status === 'EXECUTING' && job.status === 'SUBMITTED';
      const started_at = hasBegun ? new Date().toISOString() : job.started_at;
      this.place({ ...job, attempt, progress, started_at, status });
    }
    this.itemChanged.emit(id);
  }

  private _api: JobsApi;
  private _events: BatchedEvents<IJobEvent>;
  private _inaccessible = new Set<string>();
  private _own = new Set<string>();
}
