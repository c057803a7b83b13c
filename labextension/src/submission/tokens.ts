/**
 * What other plugins may ask of the one that runs notebooks.
 */
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
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
   * Save, ask and submit the notebooks at *paths*; resolves with the jobs when the dialog is
   * closed.
   */
  run(paths: ReadonlyArray<string>, filled?: IFilled): Promise<IJob[]>;
}

/**
 * The token of the notebook runner.
 */
export const INotebookRunner = new Token<INotebookRunner>(
  'jupyter-nbtasks:INotebookRunner',
  'Asks how to run notebooks as tasks, and submits them.'
);
