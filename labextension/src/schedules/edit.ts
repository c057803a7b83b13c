/**
 * Changes and copies schedules in the form that runs notebooks, and tells when they are due next.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { copyIcon, editIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { currentPath } from '../jobs/files';
import { INotebookRunner } from '../submission/tokens';
import type { ISchedule } from './answers';
import { ScheduleCalls } from './calls';
import { ScheduleCommandIDs } from './commandids';
import { momentIn, ownZone } from './zones';

const AUTO_CLOSE = 10_000;

/**
 * Opens the form of a schedule's notebook as it was filled in for the schedule.
 */
export const editSchedule: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:edit-schedule',
  description: 'Changes and copies schedules of notebooks.',
  autoStart: true,
  requires: [INotebookRunner],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runner: INotebookRunner,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const calls = new ScheduleCalls(app.serviceManager.serverSettings);
    const add = (command: string, label: string, icon: LabIcon, ask: Ask): void => {
      app.commands.addCommand(command, {
        label,
        icon,
        isEnabled: args => typeof args['id'] === 'string',
        execute: async args => {
          try {
            const schedule = await calls.get(args['id'] as string);
            await ask(await notebookOf(schedule, app, trans), schedule);
          } catch (error) {
            await showErrorMessage(label, error as Error);
          }
        },
        describedBy: DESCRIBED
      });
    };
    const { duplicate, edit } = ScheduleCommandIDs;
    add(edit, trans.__('Edit Schedule…'), editIcon, (...asked) => runner.change(...asked));
    add(duplicate, trans.__('Duplicate Schedule…'), copyIcon, (...asked) => runner.copy(...asked));
    runner.scheduled.connect((_, schedules) => notify(schedules, app.commands, trans));
  }
};

type Ask = INotebookRunner['change'];

const DESCRIBED = {
  args: {
    type: 'object' as const,
    properties: { id: { type: 'string' as const, description: 'The schedule' } },
    required: ['id']
  }
};

/** The path of its notebook, also if that was renamed; throws where it is gone. */
async function notebookOf(
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
    callback: () => void commands.execute(ScheduleCommandIDs.open, { id })
  };
  Notification.success(said(schedules, due, trans), {
    actions: isOne && commands.hasCommand(ScheduleCommandIDs.open) ? [open] : [],
    autoClose: AUTO_CLOSE
  });
}

function said(
  schedules: ReadonlyArray<ISchedule>,
  due: string | undefined,
  trans: TranslationBundle
): string {
  const { name, state } = schedules[0]!;
  const next = due && momentIn(due, ownZone(), new Date());
  if (!next) {
    return state === 'PAUSED'
      ? trans.__('“%1” is saved, and paused.', name)
      : trans.__('“%1” is saved, and not due any more.', name);
  }
  return schedules.length === 1
    ? trans.__('“%1” is scheduled: next at %2.', name, next)
    : trans.__('%1 notebooks are scheduled: next at %2.', schedules.length, next);
}
