/**
 * A button of a row, which gives a command.
 */
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

/**
 * Which command, for what, and how it looks.
 */
export interface IActionProps {
  command: string;
  commands: CommandRegistry;
  icon: LabIcon;
  id: string;
  /** Whether Tab leads to it: the row is the current one. */
  isCurrent: boolean;
  label: string;
}

/**
 * A small button; the row itself does not hear the click.
 */
export function Action(props: IActionProps): JSX.Element {
  const { command, commands, icon, id, isCurrent, label } = props;
  return (
    <button
      aria-label={label}
      className="jp-NbTasks-action"
      onClick={event => {
        event.stopPropagation();
        void commands.execute(command, { id });
      }}
      tabIndex={isCurrent ? 0 : -1}
      title={label}
      type="button"
    >
      <icon.react tag="span" width="14px" height="14px" />
    </button>
  );
}
