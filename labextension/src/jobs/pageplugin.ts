/**
 * Opens jobs in the main area, and what they made.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import {
  bugIcon,
  jumpForwardIcon as jumpIcon,
  launchIcon,
  saveIcon
} from '@jupyterlab/ui-components';
import { CommandIDs } from '../commandids';
import { tasksIcon } from '../display/icons';
import { Pages } from '../lab/pages';
import { registerToolbar } from '../lab/toolbars';
import type { IJobs } from '../tokens';
import { INbTasks } from '../tokens';
import { jobCommands, refreshJobCommands } from './commands';
import { hasKernel, openConsole } from './debug';
import { fileExists } from './files';
import { LiveJob } from './live';
import { goToCell, saveCopy } from './outputs';
import { JobPage } from './page';
import { hasBegun, isFinal } from './status';
import { toolbarItems } from './toolbar';

const ID = 'jupyter-nbtasks:job-page';

/**
 * A page for a job.
 */
export const jobPage: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows a notebook task in the main area.',
  autoStart: true,
  requires: [INbTasks, IRenderMimeRegistry, IToolbarWidgetRegistry, ISettingRegistry],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs }: INbTasks,
    rendermime: IRenderMimeRegistry,
    registry: IToolbarWidgetRegistry,
    settings: ISettingRegistry,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator_: ITranslator | null
  ): void => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyter_nbtasks');
    const { serverSettings } = app.serviceManager;
    const { commands, shell } = app;
    const options = {
      commands,
      factory: 'Notebook Task',
      plugin: ID,
      registry,
      settings,
      translator
    };
    const pages = new Pages<JobPage>({
      fillToolbar: registerToolbar(options, toolbarItems(trans)),
      icon: tasksIcon,
      kind: 'job',
      label: id => jobs.get(id)?.name ?? trans.__('Job'),
      createContent: id => {
        const live = new LiveJob({ id, jobs, serverSettings });
        live.stateChanged.connect(() => refreshJobCommands(commands));
        return new JobPage({ commands, live, rendermime: rendermime.clone(), trans });
      },
      shell
    });
    pages.follow(jobs);
    addOutputCommands(app, jobs, pages, trans);
    addFailureCommands(app, jobs, trans);

    const category = trans.__('Notebook Tasks');
    const { cell, debug, open: show, output, save } = CommandIDs.job;
    [show, output, save, cell, debug].forEach((command, rank) => {
      palette?.addItem({ command, category });
      app.contextMenu.addItem({ command, rank: rank - 10, selector: '.jp-NbTasks-job' });
    });
    if (restorer) {
      pages.restore(restorer, CommandIDs.job.open);
    }
  }
};

function addOutputCommands(
  app: JupyterFrontEnd,
  jobs: IJobs,
  pages: Pages<JobPage>,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const itemCommands = jobCommands(app, jobs);
  itemCommands.addOpen(
    CommandIDs.job.open,
    {
      label: trans.__('Open Job'),
      caption: trans.__('Show the job in the main area'),
      icon: tasksIcon
    },
    id => pages.open(id)
  );
  itemCommands.add(CommandIDs.job.output, {
    label: trans.__('Open Output'),
    caption: ({ output_path: path }, { isOnPage }) =>
      path
        ? trans.__('Open %1', path)
        : isOnPage
          ? trans.__('The output is on this page; no file was asked for')
          : trans.__('Show the output on the page of the job'),
    icon: launchIcon,
    isEnabled: ({ output_path: path }, { isOnPage }) => !!path || !isOnPage,
    execute: async ({ id, output_path: path }) => {
      if (!path) {
        pages.open(id);
        return;
      }
      if (!(await fileExists(path, app.serviceManager))) {
        throw new Error(
          trans.__(
            'There is no file %1. The output is on the page of the job: “Save a Copy…” keeps it.',
            path
          )
        );
      }
      await commands.execute('docmanager:open', { path });
    }
  });
  itemCommands.add(CommandIDs.job.save, {
    label: trans.__('Save a Copy…'),
    icon: saveIcon,
    isEnabled: job => isFinal(job.status) && hasBegun(job),
    execute: job => saveCopy(job, app, trans)
  });
}

function addFailureCommands(app: JupyterFrontEnd, jobs: IJobs, trans: TranslationBundle): void {
  const { commands } = app;
  const itemCommands = jobCommands(app, jobs);
  itemCommands.add(CommandIDs.job.cell, {
    label: trans.__('Go to the Cell That Failed'),
    icon: jumpIcon,
    isEnabled: ({ error, notebook }) => error !== null && notebook !== null,
    execute: async ({ id }) => goToCell(await jobs.fetch(id), app, trans)
  });
  itemCommands.add(CommandIDs.job.debug, {
    label: trans.__('Debug'),
    caption: job =>
      hasKernel(job)
        ? trans.__('Open a console on the kernel of the failed run')
        : trans.__(
            'Only after a failure whose kernel was kept: fill in “Keep kernel” when you run it'
          ),
    icon: bugIcon,
    isEnabled: job => hasKernel(job) && commands.hasCommand('console:create'),
    execute: async ({ id }) => openConsole(await jobs.fetch(id), app, trans)
  });
}
