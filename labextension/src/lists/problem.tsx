/**
 * What a list shows when the server does not answer, or has not answered yet.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * What is wrong, and what to do if the person tries again.
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
 * The first answer of the server has not arrived yet.
 */
export function Loading({ trans }: { trans: TranslationBundle }): JSX.Element {
  return (
    <p className="jp-NbTasks-hint" role="status">
      {trans.__('Asking the server…')}
    </p>
  );
}
