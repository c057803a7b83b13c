/**
 * Commands for jobs wherever they are shown.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { closeIcon, deleteIcon, html5Icon, runIcon } from '@jupyterlab/ui-components';
import type { IJob } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import { CommandIDs } from '../commandids';
import type { IJobs } from '../tokens';
import { INbTasks } from '../tokens';
import { jobCommands, refreshJobCommands } from './commands';
import { hasBegun, isFinal } from './status';

/**
 * Cancel, run again, delete, report.
 */
export const jobs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:jobs',
  description: 'Adds what can be done with a notebook task.',
  autoStart: true,
  requires: [INbTasks],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs: model }: INbTasks,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    addCommands(app, model, trans);
    const category = trans.__('Notebook Tasks');
    const { cancel, remove, report, rerun } = CommandIDs.job;
    for (const command of [cancel, rerun, report, remove]) {
      palette?.addItem({ command, category });
    }
    [cancel, rerun, report, remove].forEach((command, rank) =>
      app.contextMenu.addItem({ command, rank, selector: '.jp-NbTasks-job' })
    );
  }
};

function addCommands(app: JupyterFrontEnd, model: IJobs, trans: TranslationBundle): void {
  const api = new JobsApi(app.serviceManager.serverSettings);
  const { commands } = app;
  const itemCommands = jobCommands(app, model);
  itemCommands.add(CommandIDs.job.cancel, {
    label: trans.__('Cancel Job'),
    icon: closeIcon,
    isEnabled: ({ status }) => !isFinal(status) && status !== 'CANCELLING',
    execute: ({ id }) => model.cancel(id)
  });
  itemCommands.add(CommandIDs.job.rerun, {
    label: trans.__('Run Again'),
    icon: runIcon,
    isEnabled: () => true,
    execute: async (job, args) => {
      const { id } = await model.rerun(job.id);
      if (args['show']) {
        await commands.execute(CommandIDs.job.open, { id });
      }
    }
  });
  itemCommands.add(CommandIDs.job.remove, {
    label: trans.__('Delete Job…'),
    icon: deleteIcon,
    isEnabled: ({ status }) => isFinal(status),
    execute: async job => {
      if (await isSure(job, trans)) {
        await model.remove(job.id);
      }
    }
  });
  itemCommands.add(CommandIDs.job.report, {
    label: trans.__('Open Report (HTML)'),
    icon: html5Icon,
    isEnabled: hasBegun,
    execute: ({ id }) => {
      window.open(api.reportUrl(id), '_blank', 'noopener');
    }
  });
  model.stateChanged.connect(() => refreshJobCommands(commands));
}

async function isSure(job: IJob, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Delete the job “%1”?', job.name),
    body: trans.__('Its output is deleted with it; the notebook and written files stay.'),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })]
  });
  return button.accept;
}
