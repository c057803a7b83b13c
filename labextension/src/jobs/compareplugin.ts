/**
 * Compares what two runs of a notebook have made.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { IJob } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import { LARGEST_PAGE } from '../api/page';
import { CommandIDs, ComparedWith } from '../commandids';
import { moment } from '../display/format';
import { compareIcon } from '../display/icons';
import { chooseItem } from '../lists/choose';
import { INbTasks } from '../tokens';
import { jobCommands } from './commands';
import { statusName } from './format';
import { hasBegun, isFinal } from './status';

/**
 * Compares a job with the run before it, or with one that is chosen.
 */
export const compareJobs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:compare-jobs',
  description: 'Compares the runs of a notebook.',
  autoStart: true,
  requires: [INbTasks],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs }: INbTasks,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const { commands } = app;
    const itemCommands = jobCommands(app, jobs);
    const open = (id: string, other: string): Promise<unknown> =>
      commands.execute(CommandIDs.openComparison, { kind: 'job', id, other });
    itemCommands.add(CommandIDs.job.compare, {
      label: trans.__('Compare with the Last Run'),
      caption: ({ name }) => trans.__('Show what differs from the previous run of %1', name),
      icon: compareIcon,
      isEnabled: isComparable,
      execute: ({ id }) => open(id, ComparedWith.last)
    });
    itemCommands.add(CommandIDs.job.compareWith, {
      label: trans.__('Compare with Another Run…'),
      icon: compareIcon,
      isEnabled: isComparable,
      execute: async job => {
        const other = await chooseRun(job, app, trans);
        if (other) {
          await open(job.id, other.id);
        }
      }
    });
    [CommandIDs.job.compare, CommandIDs.job.compareWith].forEach((command, rank) => {
      palette?.addItem({ command, category: trans.__('Notebook Tasks') });
      app.contextMenu.addItem({ command, rank: 2 + rank / 10, selector: '.jp-NbTasks-job' });
    });
  }
};

/** Whether *job* has made something, of a notebook that others may have run, too. */
function isComparable(job: IJob): boolean {
  return hasBegun(job) && isFinal(job.status) && job.notebook !== null;
}

/** Another run of the same notebook; null if there is none, or none was chosen. */
async function chooseRun(
  { id, name, notebook }: IJob,
  { serviceManager: { serverSettings } }: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<IJob | null> {
  const filter = { notebook, q: '', statuses: [] };
  const { items } = await new JobsApi(serverSettings).list(filter, LARGEST_PAGE);
  const others = items.filter(other => other.id !== id && isComparable(other));
  const choice = {
    title: trans.__('Compare “%1” with', name),
    kind: trans.__('Run'),
    labelOf: (other: IJob) => labelOf(other, trans),
    okLabel: trans.__('Compare'),
    emptyMessage: trans.__('No other run of this notebook has an output.')
  };
  return chooseItem(others, choice, trans);
}

function labelOf({ created_at, name, parameters, status }: IJob, trans: TranslationBundle): string {
  const values = Object.entries(parameters).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`
  );
  const summary = values.join(', ').slice(0, 60);
  return [moment(created_at), name, statusName(status, trans), summary].filter(Boolean).join(' · ');
}
