/**
 * How many of a job's cells are done, as a bar.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJobProgress } from '../api/jobs';

/**
 * What a bar needs.
 */
export interface ICellsDoneProps {
  progress: IJobProgress;
  trans: TranslationBundle;
}

/**
 * The bar of a job that runs.
 */
export function CellsDone({ progress, trans }: ICellsDoneProps): JSX.Element {
  const { completed, total } = progress;
  return (
    <progress
      aria-label={trans.__('Cells done')}
      className="jp-NbTasks-bar"
      max={total || 1}
      value={completed}
    />
  );
}
