/**
 * What can be done with the snapshots of a notebook wherever they are shown.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { copyIcon, downloadIcon, editIcon, undoIcon } from '@jupyterlab/ui-components';
import { COMPARE } from '../comparing/commandids';
import { SCREEN } from '../comparing/subject';
import { compareIcon, runAsTaskIcon, snapshotIcon } from '../icons';
import { INotebookRunner } from '../submission/tokens';
import { INbTasks } from '../tokens';
import type { ISnapshot } from './answers';
import { SnapshotCalls } from './calls';
import { chooseOther } from './choosing';
import { CREATE, SnapshotCommandIDs, UNDO } from './commandids';
import { refreshSnapshotCommands, snapshotCommands } from './commands';
import { addRemoval } from './deleting';
import { create, edit } from './editing';
import { download, saveAs } from './files';
import { Restoring } from './restoring';
import type { ISnapshots } from './tokens';

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
    commands.addCommand(CREATE, {
      label: trans.__('Take a Snapshot…'),
      caption: trans.__('Keep the notebook as it is on screen'),
      icon: snapshotIcon,
      isEnabled: () => tracker.currentWidget !== null,
      execute: async () => {
        const path = tracker.currentWidget?.context.path;
        if (path !== undefined) {
          await create(path, model, documents, trans);
        }
      },
      describedBy: { args: { type: 'object', properties: {} } }
    });
    tracker.currentChanged.connect(() => commands.notifyCommandChanged(CREATE));
    const room = { app, documents, snapshots: model, trans };
    addLooking(room);
    addMaking(room, runner);
    addRemoval(room);
    model.stateChanged.connect(() => refreshSnapshotCommands(commands));

    const category = trans.__('Notebook Tasks');
    [CREATE, UNDO].forEach(command => palette?.addItem({ command, category }));
    Object.values(SnapshotCommandIDs).forEach((command, rank) => {
      palette?.addItem({ command, category });
      app.contextMenu.addItem({ command, rank, selector: '.jp-NbTasks-snapshot' });
    });
  }
};

/** Where snapshots are, and what is open. */
interface IRoom {
  app: JupyterFrontEnd;
  documents: IDocumentManager;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

function addLooking({ app, snapshots: model, trans }: IRoom): void {
  const added = snapshotCommands(app, model);
  const open = (id: string, other: string): Promise<unknown> =>
    app.commands.execute(COMPARE, { kind: 'snapshot', id, other });
  added.add(SnapshotCommandIDs.compare, {
    label: trans.__('Compare Snapshot with the Notebook'),
    caption: ({ name }) => trans.__('Show what is different now from “%1”', name),
    icon: compareIcon,
    isEnabled: () => true,
    execute: ({ id }) => open(id, SCREEN)
  });
  added.add(SnapshotCommandIDs.compareWith, {
    label: trans.__('Compare Snapshot with Another…'),
    icon: compareIcon,
    isEnabled: () => true,
    execute: async snapshot => {
      const calls = new SnapshotCalls(app.serviceManager.serverSettings);
      const other = await chooseOther(snapshot, calls, trans);
      if (other) {
        await open(snapshot.id, other.id);
      }
    }
  });
}

function addMaking(room: IRoom, runner: INotebookRunner | null): void {
  const { app, snapshots: model, trans } = room;
  const calls = new SnapshotCalls(app.serviceManager.serverSettings);
  const restoring = new Restoring(room);
  const added = snapshotCommands(app, model);
  const isEnabled = (): boolean => true;
  const { edit: change, download: get, restore, run, saveAs: copy } = SnapshotCommandIDs;
  added.add(restore, {
    label: trans.__('Restore Snapshot…'),
    caption: ({ name }) => trans.__('Make the notebook what it was: “%1”', name),
    icon: undoIcon,
    isEnabled,
    execute: (snapshot, { expected_hash: hash }) =>
      restoring.restore(snapshot, typeof hash === 'string' ? hash : undefined)
  });
  added.add(run, {
    label: trans.__('Run Snapshot as Task…'),
    icon: runAsTaskIcon,
    isEnabled: () => runner !== null,
    execute: async (snapshot: ISnapshot) => {
      await runner?.runSnapshot(snapshot);
    }
  });
  added.add(change, {
    label: trans.__('Edit Snapshot…'),
    caption: ({ name }) => trans.__('Change the name and the description of “%1”', name),
    icon: editIcon,
    isEnabled,
    execute: snapshot => edit(snapshot, model, trans)
  });
  added.add(copy, {
    label: trans.__('Save Snapshot as New Notebook…'),
    icon: copyIcon,
    isEnabled,
    execute: snapshot => saveAs(snapshot, calls, app, trans)
  });
  added.add(get, {
    label: trans.__('Download Snapshot'),
    icon: downloadIcon,
    isEnabled,
    execute: snapshot => download(snapshot, calls)
  });
}
