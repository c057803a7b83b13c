/**
 * Commands for snapshots wherever they are shown.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { copyIcon, downloadIcon, editIcon, undoIcon } from '@jupyterlab/ui-components';
import type { ISnapshot } from '../api/snapshots';
import { SnapshotsApi } from '../api/snapshots';
import { CommandIDs, ComparedWith } from '../commandids';
import { compareIcon, runAsTaskIcon, snapshotIcon } from '../display/icons';
import type { ISnapshots } from '../tokens';
import { INbTasks, INotebookRunner } from '../tokens';
import { chooseOther } from './chooseother';
import { refreshSnapshotCommands, snapshotCommands } from './commands';
import { addDeleteCommands } from './deletecommands';
import { createSnapshot, editSnapshot } from './dialogs';
import { download, saveAs } from './files';
import { Restorer } from './restorer';

/**
 * Take a snapshot, and compare, restore, run, change, copy and delete one.
 */
export const snapshots: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:snapshots',
  description: 'Adds what can be done with the snapshots of a notebook.',
  autoStart: true,
  requires: [INbTasks, IDocumentManager, INotebookTracker],
  optional: [INotebookRunner, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { snapshots: model }: INbTasks,
    documents: IDocumentManager,
    tracker: INotebookTracker,
    runner: INotebookRunner | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const { commands } = app;
    commands.addCommand(CommandIDs.createSnapshot, {
      label: trans.__('Take a Snapshot…'),
      caption: trans.__('Keep the notebook as it is on screen'),
      icon: snapshotIcon,
      isEnabled: () => tracker.currentWidget !== null,
      execute: async () => {
        const path = tracker.currentWidget?.context.path;
        if (path !== undefined) {
          await createSnapshot(path, model, documents, trans);
        }
      },
      describedBy: { args: { type: 'object', properties: {} } }
    });
    tracker.currentChanged.connect(() => commands.notifyCommandChanged(CommandIDs.createSnapshot));
    const context = { app, documents, snapshots: model, trans };
    addCompareCommands(context);
    addItemCommands(context, runner);
    addDeleteCommands(context);
    model.stateChanged.connect(() => refreshSnapshotCommands(commands));

    const category = trans.__('Notebook Tasks');
    [CommandIDs.createSnapshot, CommandIDs.undoDeleteSnapshot].forEach(command =>
      palette?.addItem({ command, category })
    );
    Object.values(CommandIDs.snapshot).forEach((command, rank) => {
      palette?.addItem({ command, category });
      app.contextMenu.addItem({ command, rank, selector: '.jp-NbTasks-snapshot' });
    });
  }
};

/** Where snapshots are, and what is open. */
interface ISnapshotContext {
  app: JupyterFrontEnd;
  documents: IDocumentManager;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

function addCompareCommands({ app, snapshots: model, trans }: ISnapshotContext): void {
  const itemCommands = snapshotCommands(app, model);
  const open = (id: string, other: string): Promise<unknown> =>
    app.commands.execute(CommandIDs.openComparison, { kind: 'snapshot', id, other });
  itemCommands.add(CommandIDs.snapshot.compare, {
    label: trans.__('Compare Snapshot with the Notebook'),
    caption: ({ name }) => trans.__('Show what differs now from “%1”', name),
    icon: compareIcon,
    isEnabled: () => true,
    execute: ({ id }) => open(id, ComparedWith.screen)
  });
  itemCommands.add(CommandIDs.snapshot.compareWith, {
    label: trans.__('Compare Snapshot with Another…'),
    icon: compareIcon,
    isEnabled: () => true,
    execute: async snapshot => {
      const api = new SnapshotsApi(app.serviceManager.serverSettings);
      const other = await chooseOther(snapshot, api, trans);
      if (other) {
        await open(snapshot.id, other.id);
      }
    }
  });
}

function addItemCommands(context: ISnapshotContext, runner: INotebookRunner | null): void {
  const { app, snapshots: model, trans } = context;
  const api = new SnapshotsApi(app.serviceManager.serverSettings);
  const restoring = new Restorer(context);
  const itemCommands = snapshotCommands(app, model);
  const isEnabled = (): boolean => true;
  const { edit: change, download: get, restore, run, saveAs: copy } = CommandIDs.snapshot;
  itemCommands.add(restore, {
    label: trans.__('Restore Snapshot…'),
    caption: ({ name }) => trans.__('Make the notebook what it was: “%1”', name),
    icon: undoIcon,
    isEnabled,
    execute: (snapshot, { expected_hash: hash }) =>
      restoring.restore(snapshot, typeof hash === 'string' ? hash : undefined)
  });
  itemCommands.add(run, {
    label: trans.__('Run Snapshot as Task…'),
    icon: runAsTaskIcon,
    isEnabled: () => runner !== null,
    execute: async (snapshot: ISnapshot) => {
      await runner?.runSnapshot(snapshot);
    }
  });
  itemCommands.add(change, {
    label: trans.__('Edit Snapshot…'),
    caption: ({ name }) => trans.__('Change the name and the description of “%1”', name),
    icon: editIcon,
    isEnabled,
    execute: snapshot => editSnapshot(snapshot, model, trans)
  });
  itemCommands.add(copy, {
    label: trans.__('Save Snapshot as New Notebook…'),
    icon: copyIcon,
    isEnabled,
    execute: snapshot => saveAs(snapshot, api, app, trans)
  });
  itemCommands.add(get, {
    label: trans.__('Download Snapshot'),
    icon: downloadIcon,
    isEnabled,
    execute: snapshot => download(snapshot, api)
  });
}
