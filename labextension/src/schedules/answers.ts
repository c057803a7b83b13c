/**
 * What the server says of schedules, in types; times are ISO 8601, durations seconds.
 */
import type { IJobRequest, Status } from '../tokens';

/**
 * Whether a schedule is due at all; PAUSED has its reason in the schedule's message.
 */
export type State = 'ACTIVE' | 'PAUSED' | 'ENDED';

/**
 * What became of an occurrence; *queued* waits for the job before it.
 */
export type Outcome = 'submitted' | 'skipped' | 'missed' | 'queued';

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
 * What is asked for when a schedule is made; what is left out has the server's default.
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
 * What became of a nominal time; of *count* of them, from the first to *until*.
 */
export interface IOccurrence {
  nominal_time: string;
  until: string;
  count: number;
  state: Outcome;
  why: string | null;
  job_id: string | null;
  decided_at: string;
}

/**
 * An occurrence with how its job stands, null where there is none any more.
 */
export interface IRecent extends IOccurrence {
  status: Status | null;
  seconds: number | null;
}

/**
 * A schedule: what was asked for, and how it stands; *recent* are the last ten, newest first.
 */
export interface ISchedule extends Required<Omit<IScheduleRequest, 'state' | 'idempotency_key'>> {
  id: string;
  name: string;
  item_id: string | null;
  owner: string;
  state: State;
  message: string | null;
  /** The rule in words. */
  description: string;
  next_run_at: string | null;
  occurrences: number;
  failures_in_a_row: number;
  last_job: { id: string; status: Status; created_at: string; message: string | null } | null;
  recent: ReadonlyArray<IRecent>;
  created_at: string;
  updated_at: string;
}

/**
 * A rule in words, when it is due next, and what a change of the clocks does to it.
 */
export interface IPreview {
  description: string;
  timezone: string;
  next: ReadonlyArray<{ utc: string; local: string }>;
  notes: ReadonlyArray<string>;
}
