/**
 * The jobs the server knows, newest first; follows the server's events and never polls.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../api/eventbus';
import type { BatchedEvents, IJobEvent } from '../api/events';
import { jobEvents } from '../api/events';
import type { IJob, IJobFilter } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import { LARGEST_PAGE } from '../api/page';
import { RequestError } from '../api/request';
import { PagedList } from '../lists/paged';
import type { IJobs } from '../tokens';
import { JobCache } from './cache';
import { isFinal, matches, UNFINISHED } from './status';

const MANY = 5;
const ALL_UNFINISHED: IJobFilter = { q: '', statuses: UNFINISHED, notebook: null };

/**
 * The jobs the server knows, as far as they were asked for.
 */
export class JobsModel extends VDomModel implements IJobs {
  constructor(settings: ServerConnection.ISettings, bus: IEventBus) {
    super();
    this._api = new JobsApi(settings);
    this._announcements = jobEvents(bus.events);
    this._announcements.received.connect(this._onArrived, this);
    bus.opened.connect(() => void this.refresh(), this);
  }

  readonly ended: Signal<IJobs, IJob> = new Signal<IJobs, IJob>(this);
  readonly itemChanged: Signal<IJobs, string> = new Signal<IJobs, string>(this);
  readonly refreshed: Signal<IJobs, void> = new Signal<IJobs, void>(this);

  current: string | null = null;
  filter: IJobFilter = { q: '', statuses: [], notebook: null };

  get hasMore(): boolean {
    return this._list.hasMore;
  }

  get isReady(): boolean {
    return this._list.isReady;
  }

  get items(): ReadonlyArray<IJob> {
    return this._list.items;
  }

  get problem(): string | null {
    return this._list.problem;
  }

  get running(): number {
    return this._known.unfinished.length;
  }

  get(id: string): IJob | undefined {
    return this._list.find(id) ?? this._known.get(id);
  }

  async fetch(id: string): Promise<IJob> {
    const job = await this._api.get(id);
    const hasEnded = this._known.unfinished.includes(id) && isFinal(job.status);
    this._take(job);
    this._known.keep(job);
    this.stateChanged.emit();
    if (hasEnded) {
      this.ended.emit(job);
    }
    return job;
  }

  select(id: string | null): void {
    if (id !== this.current) {
      this.current = id;
      this.stateChanged.emit();
    }
  }

  async setFilter(filter: Partial<IJobFilter>): Promise<void> {
    this.filter = { ...this.filter, ...filter };
    this._list.isReady = false;
    this.stateChanged.emit();
    await this._list.load();
    this.stateChanged.emit();
  }

  async refresh(): Promise<void> {
    await Promise.all([this._list.refresh(), this._count()]);
    this.stateChanged.emit();
    this.refreshed.emit();
  }

  async loadMore(): Promise<void> {
    await this._list.loadMore();
    this.stateChanged.emit();
  }

  addOwn(job: IJob): void {
    this._mine.add(job.id);
    const known = this.get(job.id);
    if (known && isFinal(known.status)) {
      // It was over before the answer to its submission was here.
      this.ended.emit(known);
      return;
    }
    this._take(job);
    this.stateChanged.emit();
  }

  isOwn(id: string): boolean {
    return this._mine.has(id);
  }

  async cancel(id: string): Promise<void> {
    this._take(await this._api.cancel(id));
    this.stateChanged.emit();
  }

  async rerun(id: string): Promise<IJob> {
    const job = await this._api.rerun(id);
    this.addOwn(job);
    return job;
  }

  async remove(id: string): Promise<void> {
    await this._api.remove(id);
    this._drop(id);
    this.itemChanged.emit(id);
    this.stateChanged.emit();
  }

  override dispose(): void {
    this._announcements.dispose();
    super.dispose();
  }

  private async _count(): Promise<void> {
    const before = this._known.unfinished;
    try {
      const page = await this._api.list(ALL_UNFINISHED, LARGEST_PAGE);
      page.items.forEach(job => this._take(job));
      // What ended while nobody listened is to be told, too.
      const now = new Set(page.items.map(job => job.id));
      const missed = before.filter(id => !now.has(id));
      await Promise.all(missed.map(id => this._learn(id)));
    } catch {
      // The list says what is wrong.
    }
    this.stateChanged.emit();
  }

  private _onArrived(_: unknown, events: ReadonlyArray<IJobEvent>): void {
    const strangers = events.filter(
      ({ id, status }) => status !== 'DELETED' && !this.get(id) && !this._hidden.has(id)
    );
    events.forEach(event => this._hear(event));
    if (strangers.length > MANY) {
      // One page costs less than as many requests.
      void this.refresh();
    } else {
      strangers.forEach(({ id }) => void this._learn(id));
    }
    this.stateChanged.emit();
  }

  private _hear(event: IJobEvent): void {
    if (event.status === 'DELETED') {
      this._drop(event.id);
      this.itemChanged.emit(event.id);
      return;
    }
    const known = this.get(event.id);
    if (!known) {
      return;
    }
    const { attempt, id, progress, status } = event;
    const hasBegun = status === 'EXECUTING' && known.status === 'SUBMITTED';
    const started_at = hasBegun ? new Date().toISOString() : known.started_at;
    if (isFinal(status)) {
      // Its times, reason and results are not in the event.
      void this._learn(id);
    } else {
      this._take({ ...known, attempt, progress, started_at, status });
    }
    this.itemChanged.emit(id);
  }

  private async _learn(id: string): Promise<void> {
    try {
      await this.fetch(id);
    } catch (error) {
      if (error instanceof RequestError && [403, 404].includes(error.status)) {
        // Somebody else's, or deleted meanwhile: never ask again.
        this._drop(id);
        this._hidden.add(id);
      }
    }
  }

  private _take(job: IJob): void {
    this._known.track(job);
    if (matches(job, this.filter)) {
      this._list.put(job);
    } else {
      this._list.drop(job.id);
    }
  }

  private _drop(id: string): void {
    this._list.drop(id);
    this._known.delete(id);
  }

  private _api: JobsApi;
  private _announcements: BatchedEvents<IJobEvent>;
  private _hidden = new Set<string>();
  private _known = new JobCache();
  private _list = new PagedList<IJob>(
    (limit, cursor) => this._api.list(this.filter, limit, cursor),
    ({ id }) => id
  );
  private _mine = new Set<string>();
}
