/**
 * What the server says of jobs and parameters, in types, and what we offer other extensions.
 */
import type { VDomRenderer } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { ISchedules } from './schedules/tokens';
import type { ISnapshots } from './snapshots/tokens';

/**
 * Where a job is in its life.
 */
export type Status =
  'SUBMITTED' | 'EXECUTING' | 'CANCELLING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/**
 * How many of a notebook's code cells are done, and the index of the one that runs.
 */
export interface IProgress {
  completed: number;
  total: number;
  current: number | null;
}

/**
 * The error that ended a job; *cell* is the index in the executed notebook.
 */
export interface ICellError {
  cell: number;
  ename: string;
  evalue: string;
  traceback?: string[];
}

/**
 * A code cell of the executed notebook.
 */
export interface ICellState {
  index: number;
  id: string | null;
  status: 'pending' | 'running' | 'completed' | 'failed' | 'skipped';
  started_at: string | null;
  seconds: number | null;
}

/**
 * An attempt at a job that has ended; *message* says why if it failed.
 */
export interface IAttempt {
  number: number;
  message: string | null;
}

/**
 * One run of one notebook, as the server answers it; times are ISO 8601, durations seconds.
 */
export interface IJob {
  id: string;
  name: string;
  notebook: string | null;
  item_id: string | null;
  input_hash: string;
  snapshot_id: string | null;
  kernel_name: string;
  parameters: Record<string, unknown>;
  owner: string;
  status: Status;
  reason: string | null;
  message: string | null;
  warnings: string[];
  error: ICellError | null;
  progress: IProgress;
  results: Record<string, unknown>;
  attempt: number;
  max_attempts: number;
  priority: number;
  timeout: number | null;
  tags: string[];
  trigger: { type: string; id: string | null };
  batch_id: string | null;
  schedule_id: string | null;
  nominal_time: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  usage: {
    kernel_seconds: number | null;
    cpu_seconds: number | null;
    peak_memory_bytes: number | null;
  };
  cells?: ICellState[] | null;
  attempts?: IAttempt[] | null;
  output_path: string | null;
  kernel_id: string | null;
  kernel_start: string | null;
  links: { self: string; output: string; html: string };
}

/**
 * A page of jobs, newest first.
 */
export interface IJobPage {
  items: IJob[];
  next: string | null;
}

/**
 * What is asked for when a notebook is submitted, or a snapshot of it instead; what is left out has
 * the server's default.
 */
export interface IJobRequest {
  notebook?: string;
  snapshot_id?: string;
  parameters?: Record<string, unknown>;
  name?: string;
  kernel_name?: string;
  timeout?: number;
  max_attempts?: number;
  retry_delay?: number;
  output_path?: string;
  update_notebook?: boolean;
  expected_hash?: string;
  keep_kernel_on_failure?: number;
  batch_id?: string;
  trigger?: 'lab';
}

/**
 * A parameter of a notebook; *source* is the assignment as it is written.
 */
export interface IParameter {
  name: string;
  type: string;
  default: unknown;
  help: string;
  required: boolean;
  source: string;
  choices?: unknown[] | null;
  nullable?: boolean | null;
  items?: string | null;
}

/**
 * The parameters of a notebook, and a JSON Schema (draft 7) for a form.
 */
export interface IParameters {
  path: string | null;
  item_id: string | null;
  hash: string | null;
  kernel_name: string | null;
  language: string;
  cell: number | null;
  parameters: IParameter[];
  schema: Record<string, unknown>;
  warnings: string[];
}

/**
 * Which jobs are looked at; *statuses* empty means all of them.
 */
export interface IJobFilter {
  q: string;
  statuses: ReadonlyArray<Status>;
  notebook: string | null;
}

/**
 * The jobs that the server knows, newest first, as far as they were asked for.
 */
export interface IJobs extends VDomRenderer.IModel {
  readonly items: ReadonlyArray<IJob>;
  readonly filter: IJobFilter;
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  /** Whether the server was asked at all, and answered. */
  readonly isReady: boolean;
  /** What is wrong, in the server's words. */
  readonly problem: string | null;
  /** How many are not over yet, whatever the filter. */
  readonly running: number;
  /** The job that a command means if it is told none. */
  readonly current: string | null;
  /** Emits every job that has become final. */
  readonly ended: ISignal<IJobs, IJob>;
  /** Emits the id of every job of which there is something new; a deleted one is not known then. */
  readonly heard: ISignal<IJobs, string>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<IJobs, void>;

  /** A job that was seen lately; undefined for a stranger. */
  known(id: string): IJob | undefined;
  /** Ask the server for one job, with its cells and traceback. */
  fetch(id: string): Promise<IJob>;
  /** Say which job is looked at. */
  look(id: string | null): void;
  /** Look at other jobs. */
  narrow(filter: Partial<IJobFilter>): Promise<void>;
  /** Read the newest again. */
  refresh(): Promise<void>;
  /** Read older ones. */
  more(): Promise<void>;
  /** Take in a job that this person has just submitted here. */
  submitted(job: IJob): void;
  /** Whether the job was submitted in this window. */
  isMine(id: string): boolean;
  /** Stop a job. */
  cancel(id: string): Promise<void>;
  /** Submit the same again. */
  rerun(id: string): Promise<IJob>;
  /** Remove a job that is over, and its output. */
  remove(id: string): Promise<void>;
}

/**
 * What this extension knows of the server's notebook tasks.
 */
export interface INbTasks {
  readonly jobs: IJobs;
  readonly schedules: ISchedules;
  readonly snapshots: ISnapshots;
}

/**
 * The token that provides it to other extensions.
 */
export const INbTasks = new Token<INbTasks>(
  'jupyter-nbtasks:INbTasks',
  'The notebook tasks of the server: jobs, schedules and snapshots, followed as they go.'
);
