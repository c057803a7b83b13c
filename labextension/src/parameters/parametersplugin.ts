/**
 * Marks parameters cells and shows what is understood of them.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ParametersApi } from '../api/parameters';
import { CommandIDs } from '../commandids';
import { parametersIcon } from '../display/icons';
import { NotebookBadges } from './notebookbadges';
import { PARAMETERS, hasTag, toggleTag } from './tags';

/**
 * One command, and a badge on every marked cell of every open notebook.
 */
export const parameters: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:parameters',
  description: 'Marks parameters cells and shows what is understood of them.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const { commands, docRegistry } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const onChange = (): void => commands.notifyCommandChanged(CommandIDs.toggleParameters);

    addToggle(app, tracker, trans.__('Mark as Parameters Cell'));
    tracker.activeCellChanged.connect(onChange);
    palette?.addItem({
      command: CommandIDs.toggleParameters,
      category: trans.__('Notebook Tasks')
    });

    const api = new ParametersApi(app.serviceManager.serverSettings);
    const badges: DocumentRegistry.IWidgetExtension<NotebookPanel, INotebookModel> = {
      createNew: ({ content }) => new NotebookBadges({ api, notebook: content, onChange, trans })
    };
    docRegistry.addWidgetExtension('Notebook', badges);
  }
};

function addToggle({ commands }: JupyterFrontEnd, tracker: INotebookTracker, label: string): void {
  const isMarked = (): boolean =>
    !!tracker.activeCell && hasTag(tracker.activeCell.model, PARAMETERS);
  commands.addCommand(CommandIDs.toggleParameters, {
    label,
    caption: label,
    icon: args => (args['toolbar'] ? parametersIcon : undefined),
    isEnabled: () => tracker.activeCell?.model.type === 'code' || isMarked(),
    isToggleable: true,
    isToggled: isMarked,
    execute: () => {
      if (tracker.activeCell) {
        toggleTag(tracker.activeCell.model, PARAMETERS);
      }
    },
    describedBy: {
      args: {
        type: 'object',
        properties: { toolbar: { type: 'boolean', description: 'Whether to show an icon' } }
      }
    }
  });
}
