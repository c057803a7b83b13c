/**
 * The choice above a list: of the notebook on screen, or of all.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';

/**
 * What the choice needs: *chosen* is the notebook that the list is narrowed to, *notebook* the
 * one on screen.
 */
export interface INotebookOnlyProps {
  chosen: string | null;
  /** Says what the list is narrowed to. */
  hint: (notebook: string) => string;
  notebook: string | null;
  onChoose: (notebook: string | null) => void;
  trans: TranslationBundle;
}

/**
 * A toggle.
 */
export function NotebookOnly(props: INotebookOnlyProps): JSX.Element {
  const { chosen, hint, notebook, onChoose, trans } = props;
  const isNarrowed = chosen !== null;
  const here = chosen ?? notebook;
  return (
    <button
      aria-label={trans.__('This notebook only')}
      aria-pressed={isNarrowed}
      className="jp-NbTasks-toggle"
      disabled={notebook === null && !isNarrowed}
      onClick={() => onChoose(isNarrowed ? null : notebook)}
      title={here === null ? trans.__('This notebook only (none is open)') : hint(here)}
      type="button"
    >
      <notebookIcon.react tag="span" width="14px" height="14px" />
    </button>
  );
}
