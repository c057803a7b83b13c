/**
 * Commands that mean one item of a kind: the one that is named, pointed at, or current.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/**
 * Where the items of a kind are found.
 */
export interface IItemSource<T> {
  /** The id of the item that a command means if its arguments name none. */
  readonly current: string | null;
  get(id: string): T | undefined;
  fetch(id: string): Promise<T>;
}

/**
 * A command that does something with one item. A label or an icon that is different for each item
 * is a function of it; the item is undefined where it is not known.
 */
export interface IItemCommand<T> {
  label: string | ((item: T | undefined, args: ReadonlyPartialJSONObject) => string);
  /** Describes more than the label does, or why the command is disabled. */
  caption?: (item: T, args: ReadonlyPartialJSONObject) => string;
  icon: LabIcon | ((item: T | undefined) => LabIcon);
  isEnabled: (item: T, args: ReadonlyPartialJSONObject) => boolean;
  execute: (item: T, args: ReadonlyPartialJSONObject) => Promise<unknown> | void;
}

/**
 * Adds commands that mean an item of *kind*. Elements that show an item have its id as
 * `data-<kind>`.
 */
export class ItemCommands<T> {
  constructor(
    private _app: JupyterFrontEnd,
    private _items: IItemSource<T>,
    private _kind: string,
    /** Describes the argument `id`. */
    description: string
  ) {
    const id = { type: 'string', description };
    this.describedBy = { args: { type: 'object', properties: { id } } };
  }

  /** How these commands describe their arguments. */
  readonly describedBy: CommandRegistry.ICommandOptions['describedBy'] & object;

  /**
   * The id of the item that the arguments name, else of the one under the pointer, else of the
   * current one.
   */
  idOf(args: ReadonlyPartialJSONObject): string | null {
    return typeof args['id'] === 'string'
      ? args['id']
      : (this._idUnderPointer() ?? this._items.current);
  }

  add(command: string, { label, caption, icon, isEnabled, execute }: IItemCommand<T>): void {
    const itemOf = (args: ReadonlyPartialJSONObject): T | undefined =>
      this._items.get(this.idOf(args) ?? '');
    const labelled = (args: ReadonlyPartialJSONObject): string =>
      typeof label === 'string' ? label : label(itemOf(args), args);
    this._app.commands.addCommand(command, {
      label: labelled,
      caption: args => {
        const item = itemOf(args);
        return item && caption ? caption(item, args) : '';
      },
      icon: args => (typeof icon === 'function' ? icon(itemOf(args)) : icon),
      isEnabled: args => {
        const item = itemOf(args);
        // An item that is not known here is fetched when the command runs.
        return item ? isEnabled(item, args) : this.idOf(args) !== null;
      },
      execute: async args => {
        const id = this.idOf(args);
        if (id === null) {
          return;
        }
        try {
          await execute(this._items.get(id) ?? (await this._items.fetch(id)), args);
        } catch (error) {
          await showErrorMessage(labelled(args), error as Error);
        }
      },
      describedBy: this.describedBy
    });
  }

  /** Add the command that shows an item with *open*, in the main area. */
  addOpen(
    command: string,
    options: Pick<CommandRegistry.ICommandOptions, 'caption' | 'icon' | 'label'>,
    open: (id: string) => unknown
  ): void {
    this._app.commands.addCommand(command, {
      ...options,
      isEnabled: args => this.idOf(args) !== null,
      execute: args => {
        const id = this.idOf(args);
        return id === null ? undefined : open(id);
      },
      describedBy: this.describedBy
    });
  }

  private _idUnderPointer(): string | undefined {
    const kind = this._kind;
    const node = this._app.contextMenuHitTest(({ dataset }) => dataset[kind] !== undefined);
    return node?.dataset[kind];
  }
}

/**
 * Say that what can be done may have changed.
 */
export function refreshCommands(commands: CommandRegistry, ids: ReadonlyArray<string>): void {
  // Some plugins may be disabled.
  ids
    .filter(command => commands.hasCommand(command))
    .forEach(command => commands.notifyCommandChanged(command));
}
