/**
 * The toolbar of a job's page: ours to fill, the person's to rearrange in the settings.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IToolbarWidgetRegistry, MainAreaWidget } from '@jupyterlab/apputils';
import { createToolbarFactory, setToolbar } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import { CommandIDs } from './commandids';
import type { JobPage } from './page';

const FACTORY = 'Notebook Task';

/**
 * Make the items known by the names in the settings of *plugin*; returns what fills a toolbar.
 */
export function toolbars(
  plugin: string,
  { commands }: JupyterFrontEnd,
  [registry, settings]: [IToolbarWidgetRegistry, ISettingRegistry],
  translator: ITranslator,
  trans: TranslationBundle
): (page: MainAreaWidget<JobPage>) => void {
  const add = (name: string, id: string, label: string, more: Record<string, boolean> = {}): void => {
    registry.addFactory<MainAreaWidget<JobPage>>(FACTORY, name, ({ content }) => {
      // The job of this page, whichever is looked at in the list.
      const args = { id: content.live.id, ...more };
      return new CommandToolbarButton({ commands, id, label, args });
    });
  };
  add('output', CommandIDs.output, trans.__('Open output'), { isOnPage: true });
  add('save', CommandIDs.save, trans.__('Save a copy…'));
  add('report', CommandIDs.report, trans.__('Report'));
  add('rerun', CommandIDs.rerun, trans.__('Run again'), { show: true });
  add('rerun-with', CommandIDs.rerunWith, trans.__('Run again with…'), { show: true });
  add('debug', CommandIDs.debug, trans.__('Debug'));
  add('cancel', CommandIDs.cancel, trans.__('Cancel'));
  const factory = createToolbarFactory(registry, settings, FACTORY, plugin, translator);
  return page => {
    page.toolbar.addClass('jp-NbTasks-toolbar');
    setToolbar(page, factory);
  };
}
