/**
 * Changes and copies schedules in the form that runs notebooks, and tells when they are due next.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { copyIcon, editIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISchedule } from '../api/schedules';
import { CommandIDs } from '../commandids';
import { currentPath } from '../jobs/files';
import { INbTasks, INotebookRunner } from '../tokens';
import { scheduleCommands } from './commands';
import { zoned } from './format';
import { ownZone } from './zones';

const AUTO_CLOSE = 10_000;

/**
 * Opens the form of a schedule's notebook with the values of the schedule.
 */
export const editSchedule: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:edit-schedule',
  description: 'Changes and copies schedules of notebooks.',
  autoStart: true,
  requires: [INbTasks, INotebookRunner],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { schedules }: INbTasks,
    runner: INotebookRunner,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const commands = scheduleCommands(app, schedules);
    const add = (command: string, label: string, icon: LabIcon, ask: EditSchedule): void =>
      commands.add(command, {
        label,
        icon,
        isEnabled: () => true,
        execute: async ({ id }) => {
          const schedule = await schedules.fetch(id);
          await ask(await notebookPath(schedule, app, trans), schedule);
        }
      });
    const { duplicate, edit } = CommandIDs.schedule;
    add(edit, trans.__('Edit Schedule…'), editIcon, (...args) => runner.editSchedule(...args));
    add(duplicate, trans.__('Duplicate Schedule…'), copyIcon, (...args) =>
      runner.duplicateSchedule(...args)
    );
    runner.scheduled.connect((_, schedules) => notify(schedules, app.commands, trans));
  }
};

type EditSchedule = INotebookRunner['editSchedule'];

/** The path of its notebook, also if that was renamed; throws where it is gone. */
async function notebookPath(
  { item_id, notebook }: ISchedule,
  { serviceManager }: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<string> {
  const path = await currentPath(notebook, item_id, serviceManager);
  if (path === null) {
    throw new Error(
      trans.__(
        'There is no file %1 any more. Put it back, or schedule another notebook and delete this schedule.',
        notebook
      )
    );
  }
  return path;
}

function notify(
  schedules: ReadonlyArray<ISchedule>,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const due = schedules.flatMap(({ next_run_at }) => next_run_at ?? []).sort()[0];
  const isOne = schedules.length === 1;
  const { id } = schedules[0]!;
  const open = {
    label: trans.__('Open schedule'),
    callback: () => void commands.execute(CommandIDs.schedule.open, { id })
  };
  Notification.success(messageOf(schedules, due, trans), {
    actions: isOne && commands.hasCommand(CommandIDs.schedule.open) ? [open] : [],
    autoClose: AUTO_CLOSE
  });
}

function messageOf(
  schedules: ReadonlyArray<ISchedule>,
  due: string | undefined,
  trans: TranslationBundle
): string {
  const { name, state } = schedules[0]!;
  const next = due && zoned(due, ownZone());
  if (!next) {
    return state === 'PAUSED'
      ? trans.__('“%1” is saved, and paused.', name)
      : trans.__('“%1” is saved, and not due any more.', name);
  }
  return schedules.length === 1
    ? trans.__('“%1” is scheduled: next at %2.', name, next)
    : trans.__('%1 notebooks are scheduled: next at %2.', schedules.length, next);
}
