/**
 * Runs the notebook of a job again, after asking what is to be different.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { parametersIcon } from '../display/icons';
import type { IInitialValues } from '../tokens';
import { INbTasks, INotebookRunner } from '../tokens';
import { jobCommands } from './commands';
import { notebookPath } from './files';

/**
 * Opens the form of the job's notebook with the values of the job.
 */
export const runAgain: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:run-again',
  description: 'Runs the notebook of a notebook task again with other values.',
  autoStart: true,
  requires: [INbTasks, INotebookRunner],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs }: INbTasks,
    runner: INotebookRunner,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    jobCommands(app, jobs).add(CommandIDs.job.rerunWith, {
      label: trans.__('Run Again With…'),
      icon: parametersIcon,
      isEnabled: ({ notebook }) => notebook !== null,
      execute: async (job, args) => {
        const path = await notebookPath(job, app.serviceManager, trans);
        // A list has only short values.
        const whole = job.left_out.includes('parameters') ? await jobs.fetch(job.id) : job;
        const [rerun] = await runner.run([path], filledFor(whole));
        if (rerun && args['show']) {
          await app.commands.execute(CommandIDs.job.open, { id: rerun.id });
        }
      }
    });
    const command = CommandIDs.job.rerunWith;
    palette?.addItem({ command, category: trans.__('Notebook Tasks') });
    app.contextMenu.addItem({ command, rank: 1, selector: '.jp-NbTasks-job' });
  }
};

function filledFor({
  input_hash,
  kernel_name,
  max_attempts,
  parameters,
  timeout
}: IJob): IInitialValues {
  const expected_hash = input_hash;
  return {
    expected_hash,
    kernel_name,
    max_attempts,
    parameters,
    ...(timeout !== null && { timeout })
  };
}
