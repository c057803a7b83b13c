/**
 * What this extension offers other extensions: the tokens, and what stands behind them.
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
 * What is shown of such a list; how it is asked again is said by its owner.
 */
export interface IPaged {
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  /** Whether the server was asked at all, and answered. */
  readonly isReady: boolean;
  /** What is wrong, in the server's words. */
  readonly problem: string | null;
}

/**
 * The jobs that the server knows, newest first, as far as they were asked for.
 */
export interface IJobs extends VDomRenderer.IModel, IPaged {
  readonly items: ReadonlyArray<IJob>;
  readonly filter: IJobFilter;
  /** How many are not over yet, whatever the filter. */
  readonly running: number;
  /** The job that a command means if it is told none. */
  readonly current: string | null;
  /** Emits every job that has become final. */
  readonly ended: ISignal<IJobs, IJob>;
  /** Emits the id of every job of which there is something new; a deleted one is not known then. */
  readonly itemChanged: ISignal<IJobs, string>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<IJobs, void>;

  /** A job that was seen lately; undefined for a stranger. */
  get(id: string): IJob | undefined;
  /** Ask the server for one job, with its cells and traceback. */
  fetch(id: string): Promise<IJob>;
  /** Say which job is looked at. */
  select(id: string | null): void;
  /** Look at other jobs. */
  setFilter(filter: Partial<IJobFilter>): Promise<void>;
  /** Read the newest again. */
  refresh(): Promise<void>;
  /** Read older ones. */
  loadMore(): Promise<void>;
  /** Take in a job that this person has just submitted here. */
  addOwn(job: IJob): void;
  /** Whether the job was submitted in this window. */
  isOwn(id: string): boolean;
  /** Stop a job. */
  cancel(id: string): Promise<void>;
  /** Submit the same again. */
  rerun(id: string): Promise<IJob>;
  /** Remove a job that is over, and its output. */
  remove(id: string): Promise<void>;
}

/**
 * The schedules that the server knows, newest first, as far as they were asked for.
 */
export interface ISchedules extends VDomRenderer.IModel, IPaged {
  readonly items: ReadonlyArray<ISchedule>;
  readonly filter: IScheduleFilter;
  /** The schedule that a command means if it is told none. */
  readonly current: string | null;
  /** Emits the id of every schedule of which there is something new; a deleted one is not known then. */
  readonly itemChanged: ISignal<ISchedules, string>;
  /** Emits a schedule that has paused itself; its message says why. */
  readonly pausedItself: ISignal<ISchedules, ISchedule>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<ISchedules, void>;

  /** A schedule that was seen lately; undefined for a stranger. */
  get(id: string): ISchedule | undefined;
  /** Ask the server for one schedule. */
  fetch(id: string): Promise<ISchedule>;
  /** Say which schedule is looked at. */
  select(id: string | null): void;
  /** Look at other schedules. */
  setFilter(filter: Partial<IScheduleFilter>): Promise<void>;
  /** Read the newest again. */
  refresh(): Promise<void>;
  /** Read older ones. */
  loadMore(): Promise<void>;
  /** Let it be due no more. */
  pause(id: string): Promise<void>;
  /** Let it be due again, from now on. */
  resume(id: string): Promise<void>;
  /** Submit a job of it now. */
  run(id: string): Promise<IJob>;
  /** Remove it; its jobs stay. */
  remove(id: string): Promise<void>;
}

/**
 * The snapshots of one notebook, newest first, as far as they were asked for.
 */
export interface ISnapshots extends VDomRenderer.IModel, IPaged {
  readonly items: ReadonlyArray<ISnapshot>;
  readonly filter: ISnapshotFilter;
  /** The snapshot that a command means if it is told none. */
  readonly current: string | null;
  /** Emits the id of every snapshot of which there is something new; a deleted one is not known then. */
  readonly itemChanged: ISignal<ISnapshots, string>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<ISnapshots, void>;

  /** A snapshot that was seen lately; undefined for a stranger. */
  get(id: string): ISnapshot | undefined;
  /** Ask the server for one snapshot. */
  fetch(id: string): Promise<ISnapshot>;
  /** Say which snapshot is looked at. */
  select(id: string | null): void;
  /** Look at other snapshots. */
  setFilter(filter: Partial<ISnapshotFilter>): Promise<void>;
  /** Read the newest again. */
  refresh(): Promise<void>;
  /** Read older ones. */
  loadMore(): Promise<void>;
  /** Keep a notebook as it is. */
  create(request: ISnapshotRequest): Promise<ISnapshot>;
  /** Say something else of a snapshot. */
  change(id: string, details: ISnapshotDetails): Promise<void>;
  /** Make the notebook what it was. */
  restore(id: string, request: IRestoreRequest): Promise<IRestoreResult>;
  /** Leave a snapshot out, which may still be taken back, or show it again. */
  setHidden(id: string, isHidden: boolean): void;
  /** Remove a snapshot for good. */
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

/**
 * What a form shows instead of the defaults. *expected_hash* is the version of the notebook that
 * it was meant for: the form says where there is another one now.
 */
export type IInitialValues = Omit<IJobRequest, 'notebook'>;

/**
 * Asks a person how to run notebooks, and runs them.
 */
export interface INotebookRunner {
  /**
   * Emitted for every job that was submitted here.
   */
  readonly submitted: ISignal<INotebookRunner, IJob>;

  /**
   * Emitted for what was scheduled here: the schedules of one dialog.
   */
  readonly scheduled: ISignal<INotebookRunner, ReadonlyArray<ISchedule>>;

  /**
   * Save, ask and submit the notebooks at *paths*, or schedule them; resolves with the jobs when
   * the dialog is closed.
   */
  run(paths: ReadonlyArray<string>, initialValues?: IInitialValues): Promise<IJob[]>;

  /**
   * Ask and submit a version of a notebook that was kept, under the name that it was given.
   */
  runSnapshot(snapshot: { id: string; name: string }): Promise<IJob[]>;

  /**
   * Ask what is to be different about *schedule*, whose notebook is at *path* now, and change it.
   */
  editSchedule(path: string, schedule: ISchedule): Promise<void>;

  /**
   * Ask what is to be different about a copy of *schedule* for the notebook at *path*, and make it.
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
