/**
 * Runs notebooks as tasks, from the notebook and from the file browser.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commandids';
import { runAsTaskIcon, scheduleIcon } from '../display/icons';
import { INotebookRunner } from '../tokens';
import { NotebookRunner } from './runner';

const NO_ARGUMENTS = { args: { type: 'object' as const, properties: {} } };
/**
 * Asks how to run notebooks, and runs them; other plugins may do it too.
 */
export const run: JupyterFrontEndPlugin<INotebookRunner> = {
  id: 'jupyter-nbtasks:run',
  description: 'Runs notebooks as tasks, from the notebook and from the file browser.',
  autoStart: true,
  provides: INotebookRunner,
  requires: [IDocumentManager, INotebookTracker],
  optional: [IFileBrowserFactory, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    tracker: INotebookTracker,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): INotebookRunner => {
    const { kernelspecs, serverSettings } = app.serviceManager;
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const runner = new NotebookRunner({ documents, kernelspecs, serverSettings, trans });

    addRunNotebook(app, tracker, runner, trans);
    if (browsers) {
      addRunFile(app, browsers, runner, trans);
    }
    for (const command of [CommandIDs.runNotebook, CommandIDs.scheduleNotebook]) {
      palette?.addItem({ command, category: trans.__('Notebook Tasks') });
    }
    return runner;
  }
};

function addRunNotebook(
  { commands }: JupyterFrontEnd,
  tracker: INotebookTracker,
  runner: INotebookRunner,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.runNotebook, {
    label: trans.__('Run as Task…'),
    caption: trans.__('Run as task'),
    icon: runAsTaskIcon,
    isEnabled: () => tracker.currentWidget !== null,
    execute: () => (tracker.currentWidget ? runner.run([tracker.currentWidget.context.path]) : []),
    describedBy: NO_ARGUMENTS
  });
  commands.addCommand(CommandIDs.scheduleNotebook, {
    label: trans.__('Schedule Notebook…'),
    caption: trans.__('Run the notebook again and again, at times that you choose'),
    icon: scheduleIcon,
    isEnabled: () => tracker.currentWidget !== null,
    execute: () =>
      tracker.currentWidget ? runner.schedule([tracker.currentWidget.context.path]) : [],
    describedBy: NO_ARGUMENTS
  });
  tracker.currentChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.runNotebook);
    commands.notifyCommandChanged(CommandIDs.scheduleNotebook);
  });
}

function addRunFile(
  { commands }: JupyterFrontEnd,
  browsers: IFileBrowserFactory,
  runner: INotebookRunner,
  trans: TranslationBundle
): void {
  const selected = (): string[] | null => {
    const items = [...(browsers.tracker.currentWidget?.selectedItems() ?? [])];
    const areNotebooks = items.length > 0 && items.every(({ type }) => type === 'notebook');
    return areNotebooks ? items.map(({ path }) => path) : null;
  };
  commands.addCommand(CommandIDs.runFile, {
    label: trans.__('Run as Task…'),
    caption: trans.__('Run the selected notebooks as tasks'),
    icon: runAsTaskIcon,
    isVisible: () => selected() !== null,
    execute: () => runner.run(selected() ?? []),
    describedBy: NO_ARGUMENTS
  });
}
