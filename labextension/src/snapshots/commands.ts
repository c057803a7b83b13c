/**
 * How a command finds the snapshot it means.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CommandRegistry } from '@lumino/commands';
import type { ISnapshot } from '../api/snapshots';
import { CommandIDs } from '../commandids';
import { refreshCommands, ItemCommands } from '../lab/commands';
import type { ISnapshots } from '../tokens';

/**
 * Commands that mean a snapshot.
 */
export function snapshotCommands(
  app: JupyterFrontEnd,
  snapshots: ISnapshots
): ItemCommands<ISnapshot> {
  const description = 'The snapshot; by default the one that is looked at';
  return new ItemCommands(app, snapshots, 'snapshot', description);
}

/**
 * Say that what can be done with a snapshot may have changed.
 */
export function refreshSnapshotCommands(commands: CommandRegistry): void {
  refreshCommands(commands, [
    CommandIDs.createSnapshot,
    CommandIDs.undoDeleteSnapshot,
    ...Object.values(CommandIDs.snapshot)
  ]);
}
