/**
 * The choice above a list: of the notebook on screen, or of all.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';
import { IconButton } from './iconbutton';

/**
 * What the choice needs: *selected* is the notebook to which the list is limited, *notebook* the
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
  const { chosen: selected, hint, notebook, onChoose, trans } = props;
  const isNarrowed = selected !== null;
  const here = selected ?? notebook;
  return (
    <IconButton
      hint={here === null ? trans.__('This notebook only (none is open)') : hint(here)}
      icon={notebookIcon}
      isDisabled={notebook === null && !isNarrowed}
      isOn={isNarrowed}
      label={trans.__('This notebook only')}
      onClick={() => onChoose(isNarrowed ? null : notebook)}
    />
  );
}
