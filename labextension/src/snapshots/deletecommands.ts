/**
 * Deletes snapshots, and lets it be taken back for some seconds.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import type { ISnapshot } from '../api/snapshots';
import { CommandIDs } from '../commandids';
import type { ISnapshots } from '../tokens';
import { snapshotCommands } from './commands';
import { Removals } from './removals';

const DELAY = 10_000;

/**
 * Where snapshots are deleted.
 */
export interface IDeleting {
  app: JupyterFrontEnd;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

/**
 * Add the command that deletes, and the one that takes the last deletion back.
 */
export function addRemoval({ app, snapshots, trans }: IDeleting): void {
  const { commands } = app;
  const removals = new Removals(snapshots, DELAY);
  const told = new Map<string, string>();
  const tell = ({ id, name }: ISnapshot): void => {
    const action = { label: trans.__('Undo'), callback: () => removals.undo(id) };
    const said = trans.__('“%1” is deleted.', name);
    told.set(id, Notification.info(said, { actions: [action], autoClose: false }));
  };
  removals.settled.connect((_, id) => {
    Notification.dismiss(told.get(id));
    told.delete(id);
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
      tell(snapshot);
      commands.notifyCommandChanged(CommandIDs.undoDeleteSnapshot);
    }
  });
  commands.addCommand(CommandIDs.undoDeleteSnapshot, {
    label: trans.__('Undo Deleting the Snapshot'),
    caption: trans.__('Take back that a snapshot was just deleted'),
    isEnabled: () => removals.last !== undefined,
    execute: () => removals.undo(removals.last?.id ?? ''),
    describedBy: { args: { type: 'object', properties: {} } }
  });
}
