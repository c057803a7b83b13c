/**
 * The left sidebar: a section for each kind of notebook task.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { AccordionPanel } from '@lumino/widgets';
import { CommandIDs } from '../commandids';
import { tasksIcon } from '../display/icons';
import { JobList } from '../jobs/list';
import { ScheduleList } from '../schedules/list';
import { SnapshotList } from '../snapshots/list';
import { INbTasks } from '../tokens';

/**
 * Shows the jobs, schedules and snapshots in the left sidebar.
 */
export const sidebar: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:sidebar',
  description: 'Shows the notebook tasks in the left sidebar.',
  autoStart: true,
  requires: [INbTasks],
  optional: [INotebookTracker, ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs, schedules, snapshots }: INbTasks,
    tracker: INotebookTracker | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const panel = new SidePanel(translator ? { translator } : {});
    panel.id = 'jp-nbtasks-sidebar';
    panel.addClass('jp-NbTasks-sidebar');
    panel.title.icon = tasksIcon;
    panel.title.caption = trans.__('Notebook Tasks');
    panel.node.setAttribute('role', 'region');
    panel.node.setAttribute('aria-label', trans.__('Notebook Tasks'));

    const sections = [
      new JobList(jobs, app.commands, trans),
      new ScheduleList(schedules, app.commands, trans),
      new SnapshotList(snapshots, app.commands, trans)
    ];
    sections.forEach(section => panel.addWidget(section));
    (panel.content as AccordionPanel).setRelativeSizes([2, 1, 1]);
    const follow = (): void => {
      const path = tracker?.currentWidget?.context.path ?? null;
      sections.forEach(section => (section.notebook = path));
    };
    tracker?.currentChanged.connect(follow);
    tracker?.widgetAdded.connect((_, { context }) => context.pathChanged.connect(follow));

    app.shell.add(panel, 'left', { rank: 350, type: 'Notebook Tasks' });
    restorer?.add(panel, panel.id);

    app.commands.addCommand(CommandIDs.showTasks, {
      label: trans.__('Show Notebook Tasks'),
      caption: trans.__('Show the jobs, schedules and snapshots in the left sidebar'),
      icon: args => (args['isPalette'] ? undefined : tasksIcon),
      execute: () => app.shell.activateById(panel.id),
      describedBy: { args: { type: 'object', properties: {} } }
    });
    palette?.addItem({
      command: CommandIDs.showTasks,
      category: trans.__('Notebook Tasks'),
      args: { isPalette: true }
    });
  }
};
