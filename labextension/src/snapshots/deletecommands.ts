/**
 * The commands that delete a snapshot, and undo that for some seconds.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import type { ISnapshot } from '../api/snapshots';
import { CommandIDs } from '../commandids';
import type { ISnapshots } from '../tokens';
import { snapshotCommands } from './commands';
import { DelayedRemovals } from './removals';

const DELAY = 10_000;

/**
 * What the commands need.
 */
export interface IDeleteCommandsOptions {
  app: JupyterFrontEnd;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

/**
 * Add the command that deletes a snapshot, and the one that undoes the last deletion.
 */
export function addDeleteCommands({ app, snapshots, trans }: IDeleteCommandsOptions): void {
  const { commands } = app;
  const removals = new DelayedRemovals(snapshots, DELAY);
  const notifications = new Map<string, string>();
  const notify = ({ id, name }: ISnapshot): void => {
    const action = { label: trans.__('Undo'), callback: () => removals.undo(id) };
    const message = trans.__('“%1” is deleted.', name);
    notifications.set(id, Notification.info(message, { actions: [action], autoClose: false }));
  };
  removals.settled.connect((_, id) => {
    Notification.dismiss(notifications.get(id));
    notifications.delete(id);
    commands.notifyCommandChanged(CommandIDs.undoDeleteSnapshot);
  });
  removals.failed.connect((_, { error, snapshot: { name } }) => {
    void showErrorMessage(trans.__('“%1” is not deleted', name), error as Error);
  });

  snapshotCommands(app, snapshots).add(CommandIDs.snapshot.remove, {
    label: trans.__('Delete Snapshot'),
    icon: deleteIcon,
    isEnabled: () => true,
    execute: snapshot => {
      removals.remove(snapshot);
      notify(snapshot);
      commands.notifyCommandChanged(CommandIDs.undoDeleteSnapshot);
    }
  });
  commands.addCommand(CommandIDs.undoDeleteSnapshot, {
    label: trans.__('Undo Deleting the Snapshot'),
    caption: trans.__('Bring back the snapshot that was just deleted'),
    isEnabled: () => removals.last !== undefined,
    execute: () => removals.undo(removals.last?.id ?? ''),
    describedBy: { args: { type: 'object', properties: {} } }
  });
}
