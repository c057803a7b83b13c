/**
 * How a command finds the job it means.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IJob, IJobs } from '../tokens';
import { CommandIDs } from './commandids';

/**
 * A command that does something with one job.
 */
export interface IJobCommand {
  label: string;
  /** Says more than the label does, or why it cannot be done. */
  caption?: (job: IJob, args: ReadonlyPartialJSONObject) => string;
  icon: LabIcon;
  isEnabled: (job: IJob, args: ReadonlyPartialJSONObject) => boolean;
  execute: (job: IJob, args: ReadonlyPartialJSONObject) => Promise<unknown> | void;
}

/**
 * How such a command describes its arguments.
 */
export const DESCRIBED = {
  args: {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'The job; by default the one that is looked at' }
    }
  }
};

/**
 * The job that the arguments name, else the one under the pointer, else the one looked at.
 */
export function meantJob(
  app: JupyterFrontEnd,
  jobs: IJobs,
  args: ReadonlyPartialJSONObject
): string | null {
  return typeof args['id'] === 'string' ? args['id'] : (pointed(app) ?? jobs.current);
}

/**
 * Add a command that does something with the job that is meant.
 */
export function addJobCommand(
  app: JupyterFrontEnd,
  jobs: IJobs,
  command: string,
  { label, caption, icon, isEnabled, execute }: IJobCommand
): void {
  const meant = (args: ReadonlyPartialJSONObject): string | null => meantJob(app, jobs, args);
  const known = (args: ReadonlyPartialJSONObject): IJob | undefined => jobs.known(meant(args) ?? '');
  app.commands.addCommand(command, {
    label,
    caption: args => {
      const job = known(args);
      return job && caption ? caption(job, args) : label;
    },
    icon,
    isEnabled: args => {
      const job = known(args);
      // A job that is not known here is asked for when the command runs.
      return job ? isEnabled(job, args) : meant(args) !== null;
    },
    execute: async args => {
      const id = meant(args);
      if (id === null) {
        return;
      }
      try {
        await execute(jobs.known(id) ?? (await jobs.fetch(id)), args);
      } catch (error) {
        await showErrorMessage(label, error as Error);
      }
    },
    describedBy: DESCRIBED
  });
}

/**
 * Say that what can be done with a job may have changed.
 */
export function refreshJobCommands(commands: CommandRegistry): void {
  // Not every plugin need be there.
  Object.values(CommandIDs)
    .filter(command => commands.hasCommand(command))
    .forEach(command => commands.notifyCommandChanged(command));
}

function pointed(app: JupyterFrontEnd): string | undefined {
  return app.contextMenuHitTest(({ dataset }) => dataset['job'] !== undefined)?.dataset['job'];
}
