/**
 * The toolbar of a page: ours to fill, the person's to rearrange in the settings.
 */
import type { IToolbarWidgetRegistry, MainAreaWidget } from '@jupyterlab/apputils';
import { createToolbarFactory, setToolbar } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ITranslator } from '@jupyterlab/translation';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IPageContent } from './pages';

/**
 * A button: its command, and its label where that is not the command's.
 */
export interface IToolbarItem {
  id: string;
  label?: string;
  args?: ReadonlyPartialJSONObject;
}

/**
 * Where the items are made known and ordered; *factory* is their name in the settings of *plugin*.
 */
export interface IToolbarOptions {
  commands: CommandRegistry;
  factory: string;
  plugin: string;
  registry: IToolbarWidgetRegistry;
  settings: ISettingRegistry;
  translator: ITranslator;
}

/**
 * Make the items known by their names in the settings; returns what fills a toolbar.
 */
export function registerToolbar<C extends IPageContent>(
  { commands, factory, plugin, registry, settings, translator }: IToolbarOptions,
  items: Record<string, IToolbarItem>
): (page: MainAreaWidget<C>) => void {
  for (const [name, { args, ...item }] of Object.entries(items)) {
    registry.addFactory<MainAreaWidget<C>>(factory, name, ({ content }) => {
      // The thing of this page, whichever is looked at in a list.
      return new CommandToolbarButton({
        commands,
        ...item,
        args: { ...args, id: content.live.id }
      });
    });
  }
  const fill = createToolbarFactory(registry, settings, factory, plugin, translator);
  return page => {
    page.toolbar.addClass('jp-NbTasks-toolbar');
    setToolbar(page, fill);
  };
}
