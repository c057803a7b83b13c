/**
 * The schedules the server knows, newest first; follows the server's events and never polls.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../api/eventbus';
import type { BatchedEvents, IJobEvent, IScheduleEvent } from '../api/events';
import { jobEvents, scheduleEvents } from '../api/events';
import type { IJob } from '../api/jobs';
import { RequestError } from '../api/request';
import { SchedulesApi } from '../api/schedules';
import type { IScheduleFilter, ISchedule } from '../api/schedules';
import { isFinal } from '../jobs/status';
import { PagedList } from '../lists/paged';
import { RecentCache } from '../lists/recentcache';
import type { ISchedules } from '../tokens';
import { hasPausedItself, matches, withJob } from './status';

const MANY = 5;

/**
 * The schedules the server knows, as far as they were asked for.
 */
export class SchedulesModel extends VDomModel implements ISchedules {
  constructor(settings: ServerConnection.ISettings, bus: IEventBus) {
    super();
    this._calls = new SchedulesApi(settings);
    this._schedules = scheduleEvents(bus.events);
    this._schedules.received.connect(this._onSchedules, this);
    this._jobs = jobEvents(bus.events);
    this._jobs.received.connect(this._onJobs, this);
    bus.opened.connect(() => void this.refresh(), this);
  }

  readonly pausedItself: Signal<ISchedules, ISchedule> = new Signal<ISchedules, ISchedule>(this);
  readonly itemChanged: Signal<ISchedules, string> = new Signal<ISchedules, string>(this);
  readonly refreshed: Signal<ISchedules, void> = new Signal<ISchedules, void>(this);

  current: string | null = null;
  filter: IScheduleFilter = { notebook: null, state: null };

  get hasMore(): boolean {
    return this._list.hasMore;
  }

  get isReady(): boolean {
    return this._list.isReady;
  }

  get items(): ReadonlyArray<ISchedule> {
    return this._list.items;
  }

  get problem(): string | null {
    return this._list.problem;
  }

  get(id: string): ISchedule | undefined {
    return this._list.find(id) ?? this._lately.get(id);
  }

  async fetch(id: string): Promise<ISchedule> {
    const schedule = await this._calls.get(id);
    this._take(schedule);
    return schedule;
  }

  select(id: string | null): void {
    if (id !== this.current) {
      this.current = id;
      this.stateChanged.emit();
    }
  }

  async setFilter(filter: Partial<IScheduleFilter>): Promise<void> {
    this.filter = { ...this.filter, ...filter };
    this._list.isReady = false;
    this.stateChanged.emit();
    await this._list.load();
    this.stateChanged.emit();
  }

  async refresh(): Promise<void> {
    const before = this.items;
    await this._list.refresh();
    for (const was of before) {
      const schedule = this._list.find(was.id);
      if (schedule && hasPausedItself(schedule, was)) {
        this.pausedItself.emit(schedule);
      } else if (!schedule) {
        // It was deleted while nobody listened, or is not one that the filter means any more.
        void this._ask(was.id, was);
      }
    }
    this.stateChanged.emit();
    this.refreshed.emit();
  }

  async loadMore(): Promise<void> {
    await this._list.loadMore();
    this.stateChanged.emit();
  }

  async pause(id: string): Promise<void> {
    this._take(await this._calls.pause(id));
  }

  async resume(id: string): Promise<void> {
    this._take(await this._calls.resume(id));
  }

  run(id: string): Promise<IJob> {
    return this._calls.run(id);
  }

  async remove(id: string): Promise<void> {
    await this._calls.remove(id);
    this._drop(id);
  }

  override dispose(): void {
    this._schedules.dispose();
    this._jobs.dispose();
    super.dispose();
  }

  private _onSchedules(_: unknown, events: ReadonlyArray<IScheduleEvent>): void {
    events.filter(({ state }) => state === 'DELETED').forEach(({ id }) => this._drop(id));
    const wanted = events.filter(event => this._isWanted(event));
    const isPaused = ({ state }: IScheduleEvent): boolean => state === 'PAUSED';
    // Whether they paused themselves is to be told of each.
    wanted.filter(isPaused).forEach(({ id }) => void this._ask(id));
    this._learn(wanted.filter(event => !isPaused(event)).map(({ id }) => id));
  }

  private _onJobs(_: unknown, events: ReadonlyArray<IJobEvent>): void {
    const over = new Set<string>();
    for (const event of events) {
      const schedule = this.get(event.schedule_id ?? '');
      if (schedule && (event.status === 'DELETED' || isFinal(event.status))) {
        // How long it took and how many failed in a row are not in the event.
        over.add(schedule.id);
      } else if (schedule) {
        const changed = withJob(schedule, event);
        if (changed !== schedule) {
          this._take(changed);
        }
      }
    }
    this._learn([...over]);
  }

  /** What was said is seen by whoever looks, or is to be told. */
  private _isWanted({ id, state }: IScheduleEvent): boolean {
    if (state === 'DELETED' || this._gone.has(id)) {
      return false;
    }
    return state === 'PAUSED' || this._isInReach(id) || this.get(id) !== undefined;
  }

  /** Whether a schedule of that age would be among those that were read. */
  private _isInReach(id: string): boolean {
    const last = this.items[this.items.length - 1];
    return !this.hasMore || !last || id >= last.id;
  }

  private _learn(ids: ReadonlyArray<string>): void {
    if (ids.length > MANY && ids.every(id => this._isInReach(id))) {
      // One page costs less than as many requests.
      void this.refresh();
    } else {
      ids.forEach(id => void this._ask(id));
    }
  }

  /** Ask for what was said of; one question at a time, so that no older answer comes last. */
  private async _ask(id: string, before = this.get(id)): Promise<void> {
    if (this._asking.has(id)) {
      this._asking.set(id, true);
      return;
    }
    this._asking.set(id, false);
    try {
      const schedule = await this.fetch(id);
      if (hasPausedItself(schedule, before)) {
        this.pausedItself.emit(schedule);
      }
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) {
        // Somebody else's, or deleted meanwhile.
        this._drop(id);
      }
    }
    const isStale = this._asking.get(id) && !this._gone.has(id);
    this._asking.delete(id);
    if (isStale) {
      await this._ask(id);
    }
  }

  private _take(schedule: ISchedule): void {
    if (this._gone.has(schedule.id)) {
      return;
    }
    this._lately.set(schedule);
    if (matches(schedule, this.filter)) {
      this._list.put(schedule);
    } else {
      this._list.drop(schedule.id);
    }
    this.itemChanged.emit(schedule.id);
    this.stateChanged.emit();
  }

  /** Forget it for good: never ask for it again. */
  private _drop(id: string): void {
    this._gone.add(id);
    this._lately.delete(id);
    this._list.drop(id);
    this.itemChanged.emit(id);
    this.stateChanged.emit();
  }

  /** What is being asked for, and whether something was said of it meanwhile. */
  private _asking = new Map<string, boolean>();
  private _calls: SchedulesApi;
  private _gone = new Set<string>();
  private _jobs: BatchedEvents<IJobEvent>;
  private _lately = new RecentCache<ISchedule>();
  private _list = new PagedList<ISchedule>(
    (limit, cursor) => this._calls.list(this.filter, limit, cursor),
    ({ id }) => id
  );
  private _schedules: BatchedEvents<IScheduleEvent>;
}
