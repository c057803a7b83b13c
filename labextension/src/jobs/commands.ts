/**
 * How a command finds the job it means.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CommandRegistry } from '@lumino/commands';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { refreshCommands, ItemCommands } from '../lab/commands';
import type { IJobs } from '../tokens';

/**
 * Commands that mean a job.
 */
export function jobCommands(app: JupyterFrontEnd, jobs: IJobs): ItemCommands<IJob> {
  return new ItemCommands(app, jobs, 'job', 'The job; by default the one that is looked at');
}

/**
 * Say that what can be done with a job may have changed.
 */
export function refreshJobCommands(commands: CommandRegistry): void {
  refreshCommands(commands, Object.values(CommandIDs.job));
}
