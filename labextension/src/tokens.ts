/**
 * The tokens that this extension provides, and their interfaces.
 */
import type { VDomRenderer } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { IJob, IJobFilter, IJobRequest } from './api/jobs';
import type { ISchedule, IScheduleFilter } from './api/schedules';
import type {
  IRestoreResult,
  IRestoreRequest,
  ISnapshot,
  ISnapshotDetails,
  ISnapshotFilter,
  ISnapshotRequest
} from './api/snapshots';

/**
 * The state of a list that is read in pages.
 */
export interface IPaged {
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  /** Whether the server has answered at all. */
  readonly isReady: boolean;
  /** The server's sentence if it has refused the last request; else null. */
  readonly problem: string | null;
}

/**
 * A list of what the server knows, newest first, as far as it was asked for; it follows the server.
 */
export interface IListModel<T, F> extends VDomRenderer.IModel, IPaged {
  readonly items: ReadonlyArray<T>;
  /** Which items the list contains. */
  readonly filter: F;
  /** The id of the item that a command means if its arguments name none. */
  readonly current: string | null;
  /**
   * Emits the id of every item of which there is something new; `get` has none for the id of an
   * item that was deleted.
   */
  readonly itemChanged: ISignal<IListModel<T, F>, string>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<IListModel<T, F>, void>;

  /** An item that was seen lately, in the list or not; undefined where it is not known. */
  get(id: string): T | undefined;
  /** Ask the server for one item; throws a RequestError where it is not there. */
  fetch(id: string): Promise<T>;
  /** Make an item the current one. */
  select(id: string | null): void;
  /** Change which items the list contains, and read it again. */
  setFilter(filter: Partial<F>): Promise<void>;
  /** Read the newest items again. */
  refresh(): Promise<void>;
  /** Read older items. */
  loadMore(): Promise<void>;
  /** Remove an item for good; throws a RequestError for a refusal. */
  remove(id: string): Promise<void>;
}

/**
 * The jobs of the server; `fetch` asks for a job with its cells and its traceback. A job can be
 * removed when it is over, and its output goes with it.
 */
export interface IJobs extends IListModel<IJob, IJobFilter> {
  /** How many jobs run, whatever the filter. */
  readonly running: number;
  /** How many wait. */
  readonly waiting: number;
  /** Emits every job that has become final. */
  readonly ended: ISignal<IJobs, IJob>;

  /** Take in a job that this person has just submitted here. */
  addOwn(job: IJob): void;
  /** Whether the job was submitted in this window. */
  isOwn(id: string): boolean;
  /** Stop a job. */
  cancel(id: string): Promise<void>;
  /** Submit the same again. */
  rerun(id: string): Promise<IJob>;
}

/**
 * The schedules of the server; the jobs of a schedule that is removed stay.
 */
export interface ISchedules extends IListModel<ISchedule, IScheduleFilter> {
  /** Emits a schedule that has paused itself; its message is the reason. */
  readonly pausedItself: ISignal<ISchedules, ISchedule>;

  /** Let it be due no more. */
  pause(id: string): Promise<void>;
  /** Let it be due again, from now on. */
  resume(id: string): Promise<void>;
  /** Run it from now on in the environment of this server. */
  move(id: string): Promise<void>;
  /** Submit a job of it now. */
  run(id: string): Promise<IJob>;
}

/**
 * The snapshots of one notebook, which the filter names.
 */
export interface ISnapshots extends IListModel<ISnapshot, ISnapshotFilter> {
  /** Keep a notebook as it is. */
  create(request: ISnapshotRequest): Promise<ISnapshot>;
  /** Change the details of a snapshot. */
  change(id: string, details: ISnapshotDetails): Promise<void>;
  /** Make the notebook what it was. */
  restore(id: string, request: IRestoreRequest): Promise<IRestoreResult>;
  /** Hide a snapshot whose deletion can still be undone, or show it again. */
  setHidden(id: string, isHidden: boolean): void;
}

/**
 * The notebook tasks of the server.
 */
export interface INbTasks {
  readonly jobs: IJobs;
  readonly schedules: ISchedules;
  readonly snapshots: ISnapshots;
}

/**
 * The token of the notebook tasks.
 */
export const INbTasks = new Token<INbTasks>(
  'jupyter-nbtasks:INbTasks',
  'The notebook tasks of the server: jobs, schedules and snapshots, followed as they go.'
);

/**
 * The values that a form shows instead of the defaults. *expected_hash* is the version of the
 * notebook for which they were meant: the form tells the person if there is another one now.
 */
export type IInitialValues = Omit<IJobRequest, 'notebook'>;

/**
 * Asks a person how to run notebooks, and runs them.
 */
export interface INotebookRunner {
  /**
   * Emits every job that was submitted by a dialog.
   */
  readonly submitted: ISignal<INotebookRunner, IJob>;

  /**
   * Emits the schedules that one dialog has made or changed.
   */
  readonly scheduled: ISignal<INotebookRunner, ReadonlyArray<ISchedule>>;

  /**
   * Save the notebooks at *paths*, show the form, and submit or schedule them; resolves with the
   * jobs when the dialog is closed.
   */
  run(paths: ReadonlyArray<string>, initialValues?: IInitialValues): Promise<IJob[]>;

  /**
   * Show the form for the notebooks at *paths*, its schedule open; resolves with the schedules when
   * the dialog is closed.
   */
  schedule(paths: ReadonlyArray<string>): Promise<ISchedule[]>;

  /**
   * Show the form for a snapshot, and submit it under its name; resolves with the jobs when the
   * dialog is closed.
   */
  runSnapshot(snapshot: { id: string; name: string }): Promise<IJob[]>;

  /**
   * Show the form for *schedule*, whose notebook is at *path* now, and change it.
   */
  editSchedule(path: string, schedule: ISchedule): Promise<void>;

  /**
   * Show the form for a copy of *schedule* for the notebook at *path*, and make it.
   */
  duplicateSchedule(path: string, schedule: ISchedule): Promise<void>;
}

/**
 * The token of the notebook runner.
 */
export const INotebookRunner = new Token<INotebookRunner>(
  'jupyter-nbtasks:INotebookRunner',
  'Asks how to run notebooks as tasks, and submits them.'
);
