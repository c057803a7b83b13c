/**
 * One snapshot as a row of the list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { deleteIcon, editIcon, undoIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { CSSProperties } from 'react';
import type { ISnapshot } from '../api/snapshots';
import { CommandIDs } from '../commandids';
import { ago } from '../display/format';
import { Action } from '../lists/action';
import { hintOf, kindWords } from './format';
import { kindIcons } from './icons';

/**
 * What a row needs.
 */
export interface ISnapshotRowProps {
  commands: CommandRegistry;
  /** How many there are in all, -1 if that is not known. */
  count: number;
  index: number;
  isCurrent: boolean;
  onFocus: () => void;
  snapshot: ISnapshot;
  style: CSSProperties;
  trans: TranslationBundle;
}

/**
 * A snapshot: its name, what it is about, and when it was made.
 */
export function SnapshotRow(props: ISnapshotRowProps): JSX.Element {
  const { commands, count, index, isCurrent, onFocus, snapshot, trans } = props;
  const { created_at, description, id, kind, name } = snapshot;
  const time = ago(created_at);
  const reason = kindWords(kind, trans);
  const Icon = kindIcons[kind];
  return (
    <li
      aria-current={isCurrent}
      aria-label={[name, time, reason, description].filter(Boolean).join(', ')}
      aria-posinset={index + 1}
      aria-setsize={count}
      className="jp-NbTasks-row jp-NbTasks-snapshot"
      data-kind={kind}
      data-snapshot={id}
      onClick={() => void commands.execute(CommandIDs.snapshot.compare, { id })}
      onFocus={onFocus}
      style={props.style}
      tabIndex={isCurrent ? 0 : -1}
      title={hintOf(snapshot, trans)}
    >
      <Icon.react tag="span" className="jp-NbTasks-status" />
      <span className="jp-NbTasks-snapshot-name">{name}</span>
      <span className="jp-NbTasks-snapshot-about">{description}</span>
      <span className="jp-NbTasks-snapshot-time">{time}</span>
      <Actions {...props} />
    </li>
  );
}

function Actions({ commands, isCurrent, snapshot, trans }: ISnapshotRowProps): JSX.Element {
  const { id } = snapshot;
  const action = (command: string, label: string, icon: LabIcon) => (
    <Action {...{ command, commands, icon, id, isCurrent, label }} />
  );
  return (
    <span className="jp-NbTasks-actions">
      {action(CommandIDs.snapshot.restore, trans.__('Restore…'), undoIcon)}
      {action(CommandIDs.snapshot.edit, trans.__('Edit…'), editIcon)}
      {action(CommandIDs.snapshot.remove, trans.__('Delete'), deleteIcon)}
    </span>
  );
}
