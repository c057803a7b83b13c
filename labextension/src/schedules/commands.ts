/**
 * How a command finds the schedule it means.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CommandRegistry } from '@lumino/commands';
import type { ISchedule } from '../api/schedules';
import { CommandIDs } from '../commandids';
import { refreshCommands, ItemCommands } from '../lab/commands';
import type { ISchedules } from '../tokens';

/**
 * Commands that mean a schedule.
 */
export function scheduleCommands(
  app: JupyterFrontEnd,
  schedules: ISchedules
): ItemCommands<ISchedule> {
  const description = 'The schedule; by default the one that is looked at';
  return new ItemCommands(app, schedules, 'schedule', description);
}

/**
 * Say that what can be done with a schedule may have changed.
 */
export function refreshScheduleCommands(commands: CommandRegistry): void {
  refreshCommands(commands, Object.values(CommandIDs.schedule));
}
