/**
 * A small button above a list.
 */
import type { LabIcon } from '@jupyterlab/ui-components';

/**
 * What the button needs; *hint* is shown to whoever points at it, in place of its label. With
 * *isOn* it is a choice that is on or off.
 */
export interface IIconButtonProps {
  hint?: string;
  icon: LabIcon;
  isDisabled?: boolean;
  isOn?: boolean;
  label: string;
  onClick: () => void;
}

/**
 * A button that shows its icon alone, and stays pressed if it is a choice that is on.
 */
export function IconButton(props: IIconButtonProps): JSX.Element {
  const { hint, icon, isDisabled = false, isOn, label, onClick } = props;
  return (
    <button
      aria-label={label}
      aria-pressed={isOn}
      className="jp-NbTasks-iconButton"
      disabled={isDisabled}
      onClick={onClick}
      title={hint ?? label}
      type="button"
    >
      <icon.react tag="span" width="14px" height="14px" />
    </button>
  );
}
