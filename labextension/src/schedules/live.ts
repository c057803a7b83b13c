/**
 * One schedule and its occurrences, live.
 */
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { IJob, JobStatus } from '../api/jobs';
import type {
  IOccurrence,
  IPreview,
  IRecentOccurrence,
  ISchedule,
  SchedulesApi
} from '../api/schedules';
import { secondsOf } from '../jobs/format';
import { PagedList } from '../lists/paged';
import type { IJobs, ISchedules, IPaged } from '../tokens';
import { upcomingOf } from './upcoming';

const PAGE = 50;
const LARGEST = '500';

/**
 * An occurrence with its job, as far as that is known.
 */
export interface IRun extends IOccurrence {
  status: JobStatus | null;
  /** How long the job took; null while it runs, and where there is none. */
  seconds: number | null;
  job: IJob | undefined;
}

/**
 * The model of a schedule's page.
 */
export class LiveSchedule extends VDomModel {
  constructor(private _options: LiveSchedule.IOptions) {
    super();
    const { id, jobs, schedules } = _options;
    this.id = id;
    jobs.itemChanged.connect(this._onJobChanged, this);
    schedules.itemChanged.connect(this._onScheduleChanged, this);
    schedules.refreshed.connect(this._onRefreshed, this);
    this.ready = this._load();
  }

  readonly id: string;
  readonly ready: Promise<void>;

  /** When it is due next; null before it is known, and where it is due no more. */
  preview: IPreview | null = null;
  /** The schedule as it is now; null until the server has answered. */
  schedule: ISchedule | null = null;

  get occurrences(): IPaged {
    return this._occurrences;
  }

  /** The server's sentence if it has refused the last request; else null. */
  get problem(): string | null {
    return this._problem ?? this._occurrences.problem;
  }

  /** The occurrences, newest first, as far as they were asked for. */
  get runs(): ReadonlyArray<IRun> {
    const recent = new Map(
      this.schedule?.recent.map(occurrence => [occurrence.nominal_time, occurrence])
    );
    return this._occurrences.items.map(occurrence =>
      this._run(occurrence, recent.get(occurrence.nominal_time))
    );
  }

  /** Read older occurrences. */
  async loadMore(): Promise<void> {
    await this._occurrences.loadMore();
    this.stateChanged.emit();
  }

  /** Read everything again. */
  async refresh(): Promise<void> {
    await this._load();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      Signal.clearData(this);
      super.dispose();
    }
  }

  private async _load(): Promise<void> {
    const { schedules } = this._options;
    try {
      // The list announces it as soon as it has arrived.
      await schedules.fetch(this.id);
      this._problem = null;
    } catch (error) {
      this._problem = error instanceof Error ? error.message : String(error);
    }
    if (this._problem === null) {
      await this._occurrences.refresh();
    }
    this.stateChanged.emit();
  }

  private _run(occurrence: IOccurrence, recent: IRecentOccurrence | undefined): IRun {
    const id = occurrence.job_id ?? '';
    const job = this._options.jobs.get(id) ?? this._jobs.get(id);
    // The list of jobs is newer than the schedule, and that is newer than what was read here.
    const status = this._options.jobs.get(id)?.status ?? recent?.status ?? job?.status ?? null;
    const duration = job?.ended_at ? secondsOf(job, 0) : null;
    return { ...occurrence, job, status, seconds: duration ?? recent?.seconds ?? null };
  }

  private _onScheduleChanged(_: unknown, id: string): void {
    const schedule = this._options.schedules.get(id);
    if (id !== this.id || !schedule) {
      return;
    }
    this.schedule = schedule;
    this._merge(schedule.recent);
    void this._updatePreview(schedule);
    this.stateChanged.emit();
  }

  private _onJobChanged(_: unknown, id: string): void {
    if (this._occurrences.items.some(({ job_id }) => job_id === id)) {
      this.stateChanged.emit();
    }
  }

  private _onRefreshed(): void {
    void this._load();
  }

  /** Put the last ten into their places; read again if there may be others between. */
  private _merge(recent: ReadonlyArray<IOccurrence>): void {
    const { isReady, items } = this._occurrences;
    if (!isReady || !recent.length) {
      return;
    }
    const oldest = recent[recent.length - 1]?.nominal_time ?? '';
    const newest = items[0]?.nominal_time ?? '';
    if (newest < oldest && items.length) {
      void this._occurrences.load().then(() => this.stateChanged.emit());
    } else {
      recent.forEach(occurrence => this._occurrences.put(occurrence));
    }
  }

  /** Ask when it is due next, if that may have changed. */
  private async _updatePreview(schedule: ISchedule): Promise<void> {
    const request = upcomingOf(schedule);
    const key = JSON.stringify([request, schedule.next_run_at]);
    if (key === this._previewKey) {
      return;
    }
    this._previewKey = key;
    try {
      const preview = request && (await this._options.api.preview(request));
      if (key === this._previewKey) {
        this.preview = preview;
      }
    } catch (error) {
      this._previewKey = '';
      this._problem = error instanceof Error ? error.message : String(error);
    }
    this.stateChanged.emit();
  }

  /** A page of occurrences, after their jobs. */
  private async _fetchOccurrences(
    limit: number,
    cursor: string | null
  ): ReturnType<SchedulesApi['occurrences']> {
    const { api, jobs } = this._options;
    const page = await api.occurrences(this.id, limit, cursor);
    const recent = new Set(this.schedule?.recent.map(({ job_id }) => job_id));
    const isStranger = ({ job_id: id }: IOccurrence): boolean =>
      id !== null && !recent.has(id) && !jobs.get(id) && !this._jobs.has(id);
    const times = page.items
      .filter(isStranger)
      .map(occurrence => Date.parse(occurrence.decided_at));
    if (times.length) {
      // A job is made at the moment that is decided, or in the same second.
      const since = new Date(Math.min(...times) - 1000).toISOString();
      const until = new Date(Math.max(...times) + 1000).toISOString();
      const { items } = await api.jobs(this.id, { since, until, limit: LARGEST });
      items.forEach(job => this._jobs.set(job.id, job));
    }
    return page;
  }

  private _jobs = new Map<string, IJob>();
  private _previewKey = '';
  private _occurrences = new PagedList<IOccurrence>(
    (limit, cursor) => this._fetchOccurrences(limit, cursor),
    occurrence => occurrence.nominal_time,
    PAGE
  );
  private _problem: string | null = null;
}

/**
 * The namespace for LiveSchedule statics.
 */
export namespace LiveSchedule {
  /**
   * Which schedule, and where.
   */
  export interface IOptions {
    api: SchedulesApi;
    id: string;
    jobs: IJobs;
    schedules: ISchedules;
  }
}
