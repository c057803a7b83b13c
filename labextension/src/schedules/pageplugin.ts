/**
 * Opens schedules in the main area.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { SchedulesApi } from '../api/schedules';
import { CommandIDs } from '../commandids';
import { scheduleIcon } from '../display/icons';
import { Pages } from '../lab/pages';
import type { IToolbarItem } from '../lab/toolbars';
import { registerToolbar } from '../lab/toolbars';
import { INbTasks } from '../tokens';
import { scheduleCommands } from './commands';
import { LiveSchedule } from './live';
import { SchedulePage } from './page';

const ID = 'jupyter-nbtasks:schedule-page';

/**
 * A page for a schedule.
 */
export const schedulePage: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows the schedule of a notebook task in the main area.',
  autoStart: true,
  requires: [INbTasks, IToolbarWidgetRegistry, ISettingRegistry],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs, schedules }: INbTasks,
    registry: IToolbarWidgetRegistry,
    settings: ISettingRegistry,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator_: ITranslator | null
  ): void => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyter_nbtasks');
    const { commands, shell } = app;
    const api = new SchedulesApi(app.serviceManager.serverSettings);
    const factory = 'Notebook Schedule';
    const options = { commands, factory, plugin: ID, registry, settings, translator };
    const pages = new Pages<SchedulePage>({
      fillToolbar: registerToolbar(options, toolbarItems(trans)),
      icon: scheduleIcon,
      kind: 'schedule',
      label: id => schedules.get(id)?.name ?? trans.__('Schedule'),
      createContent: id =>
        new SchedulePage(new LiveSchedule({ api, id, jobs, schedules }), commands, trans),
      shell
    });
    pages.follow(schedules);

    const command = CommandIDs.schedule.open;
    scheduleCommands(app, schedules).addOpen(
      command,
      {
        label: trans.__('Open Schedule'),
        caption: trans.__('Show the schedule in the main area'),
        icon: scheduleIcon
      },
      id => pages.open(id)
    );
    palette?.addItem({ command, category: trans.__('Notebook Tasks') });
    if (restorer) {
      pages.restore(restorer, command);
    }
  }
};

function toolbarItems(trans: TranslationBundle): Record<string, IToolbarItem> {
  const { duplicate, edit, remove, run, toggle } = CommandIDs.schedule;
  return {
    run: { id: run, label: trans.__('Run now'), args: { show: true } },
    // On a page it is clear what is meant.
    toggle: { id: toggle, args: { short: true } },
    edit: { id: edit, label: trans.__('Edit…') },
    duplicate: { id: duplicate, label: trans.__('Duplicate…') },
    delete: { id: remove, label: trans.__('Delete…') }
  };
}
