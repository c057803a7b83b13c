/**
 * The toolbar of a page, whose items a person can rearrange in the settings.
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
 * Where the items are registered and ordered; *factory* is the name of the toolbar in the settings
 * of *plugin*.
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
 * Register the items by their names in the settings; returns a function that fills the toolbar of a
 * page.
 */
export function registerToolbar<C extends IPageContent>(
  { commands, factory, plugin, registry, settings, translator }: IToolbarOptions,
  items: Record<string, IToolbarItem>
): (page: MainAreaWidget<C>) => void {
  for (const [name, { args, ...item }] of Object.entries(items)) {
    registry.addFactory<MainAreaWidget<C>>(factory, name, ({ content }) => {
      // The item of this page, whichever is the current one of a list.
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
