/**
 * Schedules as the server describes them, and the calls that concern them. Times are in ISO 8601,
 * durations in seconds.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { IEnvironment } from './environments';
import type { IJob, IJobRequest, JobStatus } from './jobs';
import type { IPage } from './page';
import { pageQuery } from './page';
import { request } from './request';

/**
 * Whether a schedule is due at all; PAUSED has its reason in the schedule's message.
 */
export type ScheduleState = 'ACTIVE' | 'PAUSED' | 'ENDED';

/**
 * What became of an occurrence; *queued* waits for the job before it.
 */
export type OccurrenceState = 'submitted' | 'skipped' | 'missed' | 'queued';

/**
 * When: by *cron* or at an *interval*; a time without an offset is one of *timezone*.
 */
export interface ITiming {
  cron?: string | null;
  interval?: number | null;
  timezone?: string | null;
  start?: string | null;
  end?: string | null;
}

/**
 * The body of a request for a new schedule. The server has a default for every field that is left
 * out.
 */
export interface IScheduleRequest
  extends
    Omit<
      IJobRequest,
      | 'notebook'
      | 'snapshot_id'
      | 'expected_hash'
      | 'batch_id'
      | 'trigger'
      | 'name'
      | 'kernel_name'
      | 'timeout'
      | 'output_path'
    >,
    ITiming {
  notebook: string;
  name?: string | null;
  kernel_name?: string | null;
  timeout?: number | null;
  cell_timeout?: number | null;
  priority?: number;
  output_path?: string | null;
  save_parameters?: boolean;
  strict?: boolean;
  env?: Record<string, string>;
  tags?: string[];
  max_occurrences?: number | null;
  overlap?: 'skip' | 'queue' | 'allow' | 'cancel_running';
  catch_up?: 'latest' | 'skip' | 'all';
  grace?: number;
  max_consecutive_failures?: number | null;
  state?: 'ACTIVE' | 'PAUSED';
  idempotency_key?: string;
}

/**
 * What is to be different of a schedule. With *use_this_environment* it runs from now on in that of
 * the server that is asked.
 */
export type IScheduleChange = Partial<IScheduleRequest> & { use_this_environment?: true };

/**
 * What became of a nominal time; of *count* of them, from the first to *until*.
 */
export interface IOccurrence {
  nominal_time: string;
  until: string;
  count: number;
  state: OccurrenceState;
  why: string | null;
  job_id: string | null;
  decided_at: string;
}

/**
 * An occurrence with the status of its job, and how long the job took; both are null where there is
 * no job any more.
 */
export interface IRecentOccurrence extends IOccurrence {
  status: JobStatus | null;
  seconds: number | null;
}

/**
 * A schedule: what was asked for, and its present state. *recent* has the last ten occurrences,
 * newest first; *left_out* names the fields of which a list leaves out what is long.
 */
export interface ISchedule extends Required<Omit<IScheduleRequest, 'state' | 'idempotency_key'>> {
  id: string;
  name: string;
  item_id: string | null;
  owner: string;
  state: ScheduleState;
  message: string | null;
  /** The rule in words. */
  description: string;
  /** Where its jobs run; null for whatever the server that fires has. */
  environment: IEnvironment | null;
  next_run_at: string | null;
  occurrences: number;
  failures_in_a_row: number;
  last_job: { id: string; status: JobStatus; created_at: string; message: string | null } | null;
  recent: ReadonlyArray<IRecentOccurrence>;
  left_out: string[];
  created_at: string;
  updated_at: string;
}

/**
 * A rule in words, the times when it is due next, and notes on what a change of the clocks does to
 * it.
 */
export interface IPreview {
  description: string;
  timezone: string;
  next: ReadonlyArray<{ utc: string; local: string }>;
  notes: ReadonlyArray<string>;
}

/**
 * The question when a rule is due next; *count* is how many times are wanted.
 */
export type IPreviewRequest = ITiming & { count: number };

/**
 * Which schedules a list contains; null means all.
 */
export interface IScheduleFilter {
  notebook: string | null;
  state: ScheduleState | null;
}

/**
 * The calls, on the server of *settings*; each throws a RequestError for a refusal.
 */
export class SchedulesApi {
  constructor(private _settings: ServerConnection.ISettings) {}

  /** A page of the schedules that *filter* lets through, of at most *limit*. */
  list(
    { notebook, state }: IScheduleFilter,
    limit: number,
    cursor: string | null
  ): Promise<IPage<ISchedule>> {
    const query = {
      ...pageQuery(limit, cursor),
      ...(notebook !== null && { notebook }),
      ...(state && { state })
    };
    return request(this._settings, 'GET', 'schedules', { query });
  }

  get(id: string): Promise<ISchedule> {
    return request(this._settings, 'GET', `schedules/${id}`);
  }

  create(body: IScheduleRequest): Promise<ISchedule> {
    return request(this._settings, 'POST', 'schedules', { body });
  }

  change(id: string, body: IScheduleChange): Promise<ISchedule> {
    return request(this._settings, 'PATCH', `schedules/${id}`, { body });
  }

  remove(id: string): Promise<void> {
    return request(this._settings, 'DELETE', `schedules/${id}`);
  }

  pause(id: string): Promise<ISchedule> {
    return request(this._settings, 'POST', `schedules/${id}/pause`);
  }

  resume(id: string): Promise<ISchedule> {
    return request(this._settings, 'POST', `schedules/${id}/resume`);
  }

  run(id: string): Promise<IJob> {
    return request(this._settings, 'POST', `schedules/${id}/run`);
  }

  occurrences(id: string, limit: number, cursor: string | null): Promise<IPage<IOccurrence>> {
    const query = pageQuery(limit, cursor);
    return request(this._settings, 'GET', `schedules/${id}/occurrences`, { query });
  }

  /** The jobs of a schedule, those run by hand included. */
  jobs(id: string, query: Record<string, string>): Promise<IPage<IJob>> {
    return request(this._settings, 'GET', 'jobs', { query: { ...query, schedule_id: id } });
  }

  preview(body: IPreviewRequest): Promise<IPreview> {
    return request(this._settings, 'POST', 'schedules/preview', { body });
  }
}
