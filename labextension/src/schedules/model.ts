/**
 * The schedules that the server knows, and how their jobs go.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../api/eventbus';
import type { BatchedEvents, IJobEvent, IScheduleEvent } from '../api/events';
import { jobEvents, scheduleEvents } from '../api/events';
import type { IJob } from '../api/jobs';
import type { IPage } from '../api/page';
import { RequestError } from '../api/request';
import type { ISchedule, IScheduleFilter } from '../api/schedules';
import { SchedulesApi } from '../api/schedules';
import { isFinal } from '../jobs/status';
import { ListModel } from '../lists/listmodel';
import { RecentCache } from '../lists/recentcache';
import type { ISchedules } from '../tokens';
import { hasPausedItself, matches, withJob } from './status';

/**
 * The schedules that the server knows, as far as they were asked for.
 */
export class SchedulesModel extends ListModel<ISchedule, IScheduleFilter> implements ISchedules {
  constructor(settings: ServerConnection.ISettings, bus: IEventBus) {
    super(bus, { notebook: null, state: null });
    this._api = new SchedulesApi(settings);
    this._scheduleEvents = scheduleEvents(bus.events);
    this._scheduleEvents.received.connect(this._onScheduleEvents, this);
    this._jobEvents = jobEvents(bus.events);
    this._jobEvents.received.connect(this._onJobEvents, this);
  }

  readonly pausedItself: Signal<ISchedules, ISchedule> = new Signal<ISchedules, ISchedule>(this);

  override async fetch(id: string): Promise<ISchedule> {
    const schedule = await this._api.get(id);
    this.take(schedule);
    return schedule;
  }

  async pause(id: string): Promise<void> {
    this.take(await this._api.pause(id));
  }

  async resume(id: string): Promise<void> {
    this.take(await this._api.resume(id));
  }

  async move(id: string): Promise<void> {
    const was = await this._api.get(id);
    // What has stopped it does so no longer.
    const isStopped = was.state === 'PAUSED' && was.message !== null && was.environment?.is_gone;
    const state = isStopped ? ({ state: 'ACTIVE' } as const) : {};
    this.take(await this._api.change(id, { use_this_environment: true, ...state }));
  }

  run(id: string): Promise<IJob> {
    return this._api.run(id);
  }

  override async remove(id: string): Promise<void> {
    await this._api.remove(id);
    this.drop(id);
  }

  override dispose(): void {
    this._scheduleEvents.dispose();
    this._jobEvents.dispose();
    super.dispose();
  }

  protected override readonly cache = new RecentCache<ISchedule>();

  protected override fetchPage(limit: number, cursor: string | null): Promise<IPage<ISchedule>> {
    return this._api.list(this.filter, limit, cursor);
  }

  protected override matches(schedule: ISchedule): boolean {
    return matches(schedule, this.filter);
  }

  protected override async reload(): Promise<void> {
    const before = this.items;
    await super.reload();
    for (const was of before) {
      const schedule = this.list.find(was.id);
      if (schedule && hasPausedItself(schedule, was)) {
        this.pausedItself.emit(schedule);
      } else if (!schedule) {
        // It was deleted while the connection was lost, or the filter does not let it through any
        // more.
        void this.refetch(was.id, was);
      }
    }
  }

  /** One request at a time, so that no older answer comes last. */
  protected override async refetch(id: string, before = this.get(id)): Promise<void> {
    if (this._refetching.has(id)) {
      this._refetching.set(id, true);
      return;
    }
    this._refetching.set(id, false);
    try {
      const schedule = await this.fetch(id);
      if (hasPausedItself(schedule, before)) {
        this.pausedItself.emit(schedule);
      }
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) {
        // It belongs to somebody else, or was deleted in the meantime.
        this.drop(id);
      }
    }
    const isStale = this._refetching.get(id) && !this._gone.has(id);
    this._refetching.delete(id);
    if (isStale) {
      await this.refetch(id);
    }
  }

  protected override take(schedule: ISchedule): void {
    if (!this._gone.has(schedule.id)) {
      super.take(schedule);
    }
  }

  /** Forget it for good: never ask for it again. */
  protected override forget(id: string): void {
    this._gone.add(id);
    super.forget(id);
  }

  private _onScheduleEvents(_: unknown, events: ReadonlyArray<IScheduleEvent>): void {
    events.filter(({ state }) => state === 'DELETED').forEach(({ id }) => this.drop(id));
    const relevant = events.filter(event => this._isRelevant(event));
    const isPaused = ({ state }: IScheduleEvent): boolean => state === 'PAUSED';
    // A schedule that has paused itself is announced each time.
    relevant.filter(isPaused).forEach(({ id }) => void this.refetch(id));
    this._refetchThese(relevant.filter(event => !isPaused(event)).map(({ id }) => id));
  }

  private _onJobEvents(_: unknown, events: ReadonlyArray<IJobEvent>): void {
    const withFinalJobs = new Set<string>();
    for (const event of events) {
      const schedule = this.get(event.schedule_id ?? '');
      if (schedule && (event.status === 'DELETED' || isFinal(event.status))) {
        // How long it took and how many failed in a row are not in the event.
        withFinalJobs.add(schedule.id);
      } else if (schedule) {
        const updated = withJob(schedule, event);
        if (updated !== schedule) {
          this.take(updated);
        }
      }
    }
    this._refetchThese([...withFinalJobs]);
  }

  /** Whether the event concerns the list, or is to be announced. */
  private _isRelevant({ id, state }: IScheduleEvent): boolean {
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

  private _refetchThese(ids: ReadonlyArray<string>): void {
    this.refetchAll(
      ids,
      ids.every(id => this._isInReach(id))
    );
  }

  private _api: SchedulesApi;
  private _gone = new Set<string>();
  private _jobEvents: BatchedEvents<IJobEvent>;
  /**
   * The ids that are being fetched, and whether there was another event of each in the meantime.
   */
  private _refetching = new Map<string, boolean>();
  private _scheduleEvents: BatchedEvents<IScheduleEvent>;
}
