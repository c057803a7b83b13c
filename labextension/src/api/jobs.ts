/**
 * Jobs as the server describes them, and the calls that concern them. Times are in ISO 8601,
 * durations in seconds.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type { IEnvironment } from './environments';
import type { IPage } from './page';
import { pageQuery } from './page';
import { apiUrl, request } from './request';

/**
 * The stage that a job has reached; the last three are final.
 */
export type JobStatus =
  'SUBMITTED' | 'EXECUTING' | 'CANCELLING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/**
 * How many of a notebook's code cells are done, and the index of the one that runs.
 */
export interface IJobProgress {
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
 * An attempt at a job that has ended; if it failed, *message* is the reason.
 */
export interface IAttempt {
  number: number;
  message: string | null;
}

/**
 * One run of one notebook. *cells*, *attempts* and the traceback are only there if a single job was
 * asked for; *kernel_id* is that of a kernel that was kept after a failure. *left_out* names the
 * fields of which a list leaves out what is long.
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
  status: JobStatus;
  reason: string | null;
  message: string | null;
  warnings: string[];
  error: ICellError | null;
  progress: IJobProgress;
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
  environment: IEnvironment | null;
  left_out: string[];
  links: { self: string; output: string; html: string };
}

/**
 * The body of a submission: a notebook, or a snapshot of it instead. The server has a default for
 * every field that is left out; *timeout*, *retry_delay* and *keep_kernel_on_failure* are in
 * seconds.
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
  /** A request that is sent again with the same key, as after a lost connection, runs once. */
  idempotency_key?: string;
}

/**
 * Which jobs a list contains: those with *q* in name, notebook, values or message, of one of
 * *statuses* (all if it is empty), and of *notebook* (of all notebooks if it is null).
 */
export interface IJobFilter {
  q: string;
  statuses: ReadonlyArray<JobStatus>;
  notebook: string | null;
}

/**
 * The calls, on the server of *settings*; each throws a RequestError for a refusal.
 */
export class JobsApi {
  constructor(private _settings: ServerConnection.ISettings) {}

  /** A page of the jobs that *filter* lets through, of at most *limit*. */
  list(filter: IJobFilter, limit: number, cursor: string | null = null): Promise<IPage<IJob>> {
    const { notebook, q, statuses } = filter;
    const query = {
      ...pageQuery(limit, cursor),
      ...(q && { q }),
      ...(notebook !== null && { notebook }),
      ...(statuses.length && { status: statuses.join(',') })
    };
    return request(this._settings, 'GET', 'jobs', { query });
  }

  /** One job, with its cells and its traceback. */
  get(id: string): Promise<IJob> {
    return request(this._settings, 'GET', `jobs/${id}`);
  }

  submit(body: IJobRequest): Promise<IJob> {
    return request(this._settings, 'POST', 'jobs', { body });
  }

  cancel(id: string): Promise<IJob> {
    return request(this._settings, 'POST', `jobs/${id}/cancel`);
  }

  /** Submit the same notebook again, with the same parameters. */
  rerun(id: string): Promise<IJob> {
    return request(this._settings, 'POST', `jobs/${id}/rerun`, { body: {} });
  }

  remove(id: string): Promise<void> {
    return request(this._settings, 'DELETE', `jobs/${id}`);
  }

  /** The notebook as it was submitted. */
  input(id: string): Promise<INotebookContent> {
    return request(this._settings, 'GET', `jobs/${id}/input`);
  }

  /** The executed notebook, as far as it has come; refused as `no_output` before it was begun. */
  output(id: string): Promise<INotebookContent> {
    return request(this._settings, 'GET', `jobs/${id}/output`);
  }

  /** Where the browser can download the executed notebook. */
  downloadUrl(id: string): string {
    return apiUrl(this._settings, `jobs/${id}/output`, { download: '1' });
  }

  /** Where the browser can show the executed notebook as a page. */
  reportUrl(id: string): string {
    return apiUrl(this._settings, `jobs/${id}/output`, { format: 'html' });
  }
}
