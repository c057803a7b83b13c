/**
 * A choice above a list that is on or off.
 */
import type { LabIcon } from '@jupyterlab/ui-components';

/**
 * What the choice needs; *hint* is shown to whoever points at it.
 */
export interface IToggleProps {
  hint: string;
  icon: LabIcon;
  isDisabled?: boolean;
  isOn: boolean;
  label: string;
  onToggle: () => void;
}

/**
 * A small button that stays pressed.
 */
export function Toggle(props: IToggleProps): JSX.Element {
  const { hint, icon, isDisabled = false, isOn, label, onToggle } = props;
  return (
    <button
      aria-label={label}
      aria-pressed={isOn}
      className="jp-NbTasks-toggle"
      disabled={isDisabled}
      onClick={onToggle}
      title={hint}
      type="button"
    >
      <icon.react tag="span" width="14px" height="14px" />
    </button>
  );
}
