/**
 * What the server understands of a parameters cell; follows the typing.
 */
import type { ICellModel } from '@jupyterlab/cells';
import { VDomModel } from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';
import type { IMissingImport, IParameter, IParameters } from '../api/parameters';
import { stillMissing, withImports } from './imports';

/**
 * What a cell is to the next run: its parameters, one too many, no code, or another run's values.
 */
export type Role = 'only' | 'first' | 'surplus' | 'not-code' | 'injected';

/**
 * A marked cell, and what is known of it.
 */
export class ParametersModel extends VDomModel {
  constructor(options: ParametersModel.IOptions) {
    super();
    this._cell = options.cell;
    this._codeBefore = options.codeBefore;
    this._read = options.read;
    this._role = options.role;
    this._debouncer = new Debouncer(() => this.refresh(), options.delay ?? 300);
    this._cell.contentChanged.connect(this._onContentChanged, this);
  }

  /**
   * The parameters as they were last understood; none before, and none without the server.
   */
  get parameters(): ReadonlyArray<IParameter> {
    return this._isRead ? (this._parsed?.parameters ?? []) : [];
  }

  /**
   * What the server objects to in the cell, in sentences.
   */
  get warnings(): ReadonlyArray<string> {
    return this._isRead ? (this._parsed?.warnings ?? []) : [];
  }

  /**
   * The types that the cell uses, and neither it nor a cell before it imports.
   */
  get missingImports(): ReadonlyArray<IMissingImport> {
    const found = this._isRead ? (this._parsed?.imports ?? []) : [];
    return found.length === 0 ? found : stillMissing(found, this._codeBefore());
  }

  /**
   * Write them at the top of the cell, which can be undone.
   */
  addImports(): void {
    const { sharedModel } = this._cell;
    sharedModel.setSource(withImports(sharedModel.getSource(), this.missingImports));
  }

  /**
   * Look again at what the cells before have, if that matters.
   */
  noteCodeBefore(): void {
    if (this._parsed?.imports.length) {
      this.stateChanged.emit();
    }
  }

  /**
   * Whether the cell was read and defines no parameter.
   */
  get isEmpty(): boolean {
    return this._isRead && this._parsed?.parameters.length === 0;
  }

  get role(): Role {
    return this._role;
  }
  set role(role: Role) {
    if (role !== this._role) {
      this._role = role;
      void this.refresh();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._cell.contentChanged.disconnect(this._onContentChanged, this);
    this._debouncer.dispose();
    super.dispose();
  }

  /**
   * Ask the server now; of several answers under way only the last one counts.
   */
  async refresh(): Promise<void> {
    const turn = ++this._turn;
    if (this._isRead) {
      const parsed = await this._fetch();
      if (turn !== this._turn || this.isDisposed) {
        return;
      }
      this._parsed = parsed;
    }
    this.stateChanged.emit();
  }

  private async _fetch(): Promise<IParameters | null> {
    try {
      return await this._read(this._cell.sharedModel.getSource());
    } catch {
      // Without the server the badge stays, and shows less.
      return null;
    }
  }

  private get _isRead(): boolean {
    return this._role === 'only' || this._role === 'first';
  }

  private _onContentChanged(): void {
    // The requests under way concern an older text.
    this._turn++;
    void this._debouncer.invoke();
  }

  private _cell: ICellModel;
  private _codeBefore: () => string;
  private _debouncer: Debouncer;
  private _parsed: IParameters | null = null;
  private _read: ParametersModel.Read;
  private _role: Role;
  private _turn = 0;
}

/**
 * The namespace for ParametersModel statics.
 */
export namespace ParametersModel {
  /**
   * Asks the server for the parameters in the source of a cell.
   */
  export type Read = (source: string) => Promise<IParameters>;

  /**
   * The cell, what it is, the code of the cells before it, and how to read it; *delay* is in
   * milliseconds.
   */
  export interface IOptions {
    cell: ICellModel;
    codeBefore: () => string;
    role: Role;
    read: Read;
    delay?: number;
  }
}
