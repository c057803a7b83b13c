/**
 * What a list shows when the server does not answer, or has not yet.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * What is wrong, and how it is asked again.
 */
export interface IProblemProps {
  problem: string;
  onRetry: () => void;
  trans: TranslationBundle;
}

/**
 * The server's words, and a button.
 */
export function Problem({ problem, onRetry, trans }: IProblemProps): JSX.Element {
  return (
    <div className="jp-NbTasks-problem" role="alert">
      <p>{problem}</p>
      <button className="jp-mod-styled jp-mod-minimal" onClick={onRetry} type="button">
        {trans.__('Try again')}
      </button>
    </div>
  );
}

/**
 * The first answer is not here yet.
 */
export function Loading({ trans }: { trans: TranslationBundle }): JSX.Element {
  return (
    <p className="jp-NbTasks-hint" role="status">
      {trans.__('Asking the server…')}
    </p>
  );
}
