/**
 * Commands that mean one thing of a kind: the one named, pointed at, or looked at.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/**
 * Where the things of a kind are found.
 */
export interface IFound<T> {
  /** The thing that a command means if it is told none. */
  readonly current: string | null;
  known(id: string): T | undefined;
  fetch(id: string): Promise<T>;
}

/**
 * A command that does something with one thing; what says itself differently for each is a
 * function of it, undefined where it is not known.
 */
export interface IThingCommand<T> {
  label: string | ((thing: T | undefined, args: ReadonlyPartialJSONObject) => string);
  /** Says more than the label does, or why it cannot be done. */
  caption?: (thing: T, args: ReadonlyPartialJSONObject) => string;
  icon: LabIcon | ((thing: T | undefined) => LabIcon);
  isEnabled: (thing: T, args: ReadonlyPartialJSONObject) => boolean;
  execute: (thing: T, args: ReadonlyPartialJSONObject) => Promise<unknown> | void;
}

/**
 * Adds commands that mean a thing of *kind*: where it is shown, `data-<kind>` has its id.
 */
export class ThingCommands<T> {
  constructor(
    private _app: JupyterFrontEnd,
    private _things: IFound<T>,
    private _kind: string,
    /** Says of the argument `id` what it is. */
    description: string
  ) {
    const id = { type: 'string', description };
    this.described = { args: { type: 'object', properties: { id } } };
  }

  /** How these commands describe their arguments. */
  readonly described: CommandRegistry.ICommandOptions['describedBy'] & object;

  /** The thing that the arguments name, else the one under the pointer, else the one looked at. */
  meant(args: ReadonlyPartialJSONObject): string | null {
    return typeof args['id'] === 'string' ? args['id'] : (this._pointed() ?? this._things.current);
  }

  add(command: string, { label, caption, icon, isEnabled, execute }: IThingCommand<T>): void {
    const known = (args: ReadonlyPartialJSONObject): T | undefined =>
      this._things.known(this.meant(args) ?? '');
    const labelled = (args: ReadonlyPartialJSONObject): string =>
      typeof label === 'string' ? label : label(known(args), args);
    this._app.commands.addCommand(command, {
      label: labelled,
      caption: args => {
        const thing = known(args);
        return thing && caption ? caption(thing, args) : labelled(args);
      },
      icon: args => (typeof icon === 'function' ? icon(known(args)) : icon),
      isEnabled: args => {
        const thing = known(args);
        // A thing that is not known here is asked for when the command runs.
        return thing ? isEnabled(thing, args) : this.meant(args) !== null;
      },
      execute: async args => {
        const id = this.meant(args);
        if (id === null) {
          return;
        }
        try {
          await execute(this._things.known(id) ?? (await this._things.fetch(id)), args);
        } catch (error) {
          await showErrorMessage(labelled(args), error as Error);
        }
      },
      describedBy: this.described
    });
  }

  private _pointed(): string | undefined {
    const kind = this._kind;
    const node = this._app.contextMenuHitTest(({ dataset }) => dataset[kind] !== undefined);
    return node?.dataset[kind];
  }
}

/**
 * Say that what can be done may have changed.
 */
export function refreshCommands(commands: CommandRegistry, ids: ReadonlyArray<string>): void {
  // Not every plugin need be there.
  ids
    .filter(command => commands.hasCommand(command))
    .forEach(command => commands.notifyCommandChanged(command));
}
