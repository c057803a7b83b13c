/**
 * How a command finds the job it means.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CommandRegistry } from '@lumino/commands';
import { refreshCommands, ThingCommands } from '../commands';
import type { IJob, IJobs } from '../tokens';
import { CommandIDs } from './commandids';

/**
 * Commands that mean a job.
 */
export function jobCommands(app: JupyterFrontEnd, jobs: IJobs): ThingCommands<IJob> {
  return new ThingCommands(app, jobs, 'job', 'The job; by default the one that is looked at');
}

/**
 * Say that what can be done with a job may have changed.
 */
export function refreshJobCommands(commands: CommandRegistry): void {
  refreshCommands(commands, Object.values(CommandIDs));
}
