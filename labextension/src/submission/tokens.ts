/**
 * What other plugins may ask of the one that runs notebooks.
 */
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { ISchedule } from '../schedules/answers';
import type { IJob, IJobRequest } from '../tokens';

/**
 * What a form shows instead of the defaults. *expected_hash* is the version of the notebook that
 * it was meant for: the form says where there is another one now.
 */
export type IFilled = Omit<IJobRequest, 'notebook'>;

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
  run(paths: ReadonlyArray<string>, filled?: IFilled): Promise<IJob[]>;

  /**
   * Ask and submit a version of a notebook that was kept, under the name that it was given.
   */
  runSnapshot(snapshot: { id: string; name: string }): Promise<IJob[]>;

  /**
   * Ask what is to be different about *schedule*, whose notebook is at *path* now, and change it.
   */
  change(path: string, schedule: ISchedule): Promise<void>;

  /**
   * Ask what is to be different about a copy of *schedule* for the notebook at *path*, and make it.
   */
  copy(path: string, schedule: ISchedule): Promise<void>;
}

/**
 * The token of the notebook runner.
 */
export const INotebookRunner = new Token<INotebookRunner>(
  'jupyter-nbtasks:INotebookRunner',
  'Asks how to run notebooks as tasks, and submits them.'
);
