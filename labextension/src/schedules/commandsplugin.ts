/**
 * Commands for schedules wherever they are shown, and a warning when one pauses itself.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { deleteIcon, kernelIcon, pauseIcon, refreshIcon, runIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISchedule } from '../api/schedules';
import { CommandIDs } from '../commandids';
import { INbTasks } from '../tokens';
import { refreshScheduleCommands, scheduleCommands } from './commands';

/**
 * Run now, pause and resume, delete; a notification when one pauses itself.
 */
export const schedules: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:schedules',
  description: 'Adds what can be done with a schedule.',
  autoStart: true,
  requires: [INbTasks],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tasks: INbTasks,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const { commands } = app;
    addCommands(app, tasks, trans);
    tasks.schedules.stateChanged.connect(() => refreshScheduleCommands(commands));
    tasks.schedules.pausedItself.connect((_, schedule) => warn(schedule, commands, trans));
    const { duplicate, edit, move, open, remove, run, toggle } = CommandIDs.schedule;
    [open, run, toggle, move, edit, duplicate, remove].forEach((command, rank) =>
      app.contextMenu.addItem({ command, rank, selector: '.jp-NbTasks-schedule' })
    );
    for (const command of [run, toggle, move, remove]) {
      palette?.addItem({ command, category: trans.__('Notebook Tasks') });
    }
  }
};

function addCommands(
  app: JupyterFrontEnd,
  { jobs, schedules: model }: INbTasks,
  trans: TranslationBundle
): void {
  const itemCommands = scheduleCommands(app, model);
  const isPaused = (schedule: ISchedule | undefined): boolean => schedule?.state === 'PAUSED';
  itemCommands.add(CommandIDs.schedule.run, {
    label: trans.__('Run Schedule Now'),
    icon: runIcon,
    isEnabled: () => true,
    execute: async ({ id }, args) => {
      const job = await model.run(id);
      jobs.addOwn(job);
      if (args['show']) {
        await app.commands.execute(CommandIDs.job.open, { id: job.id });
      }
    }
  });
  itemCommands.add(CommandIDs.schedule.toggle, {
    label: (schedule, args) =>
      args['short']
        ? isPaused(schedule)
          ? trans.__('Resume')
          : trans.__('Pause')
        : isPaused(schedule)
          ? trans.__('Resume Schedule')
          : trans.__('Pause Schedule'),
    icon: schedule => (isPaused(schedule) ? refreshIcon : pauseIcon),
    isEnabled: ({ state }) => state !== 'ENDED',
    execute: schedule => (isPaused(schedule) ? model.resume(schedule.id) : model.pause(schedule.id))
  });
  itemCommands.add(CommandIDs.schedule.move, {
    label: trans.__("Run in This Lab's Environment"),
    icon: kernelIcon,
    isEnabled: ({ environment, state }) => environment?.is_here === false && state !== 'ENDED',
    execute: ({ id }) => model.move(id)
  });
  itemCommands.add(CommandIDs.schedule.remove, {
    label: trans.__('Delete Schedule…'),
    icon: deleteIcon,
    isEnabled: () => true,
    execute: async schedule => {
      if (await isSure(schedule, trans)) {
        await model.remove(schedule.id);
      }
    }
  });
}

async function isSure({ name }: ISchedule, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Delete the schedule “%1”?', name),
    body: trans.__(
      'It will not run again, and the record of its occurrences is deleted; its jobs stay.'
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })]
  });
  return button.accept;
}

function warn(
  { id, message, name }: ISchedule,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const callback = (): void => void commands.execute(CommandIDs.schedule.open, { id });
  Notification.warning(trans.__('The schedule “%1” was paused: %2', name, message), {
    actions: [{ label: trans.__('Open schedule'), callback }],
    autoClose: false
  });
}
