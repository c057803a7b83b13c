/**
 * What other plugins may ask of the one that runs notebooks.
 */
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { IJob } from '../tokens';

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
   * closed. *values* are shown instead of the defaults.
   */
  run(paths: ReadonlyArray<string>, values?: Record<string, unknown>): Promise<IJob[]>;
}

/**
 * The token of the notebook runner.
 */
export const INotebookRunner = new Token<INotebookRunner>(
  'jupyter-nbtasks:INotebookRunner',
  'Asks how to run notebooks as tasks, and submits them.'
);
