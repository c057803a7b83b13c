/**
 * Keeps the badges of one notebook: a badge for every marked cell, whatever happens to the cells.
 */
import type { Cell, ICellModel } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { PanelLayout } from '@lumino/widgets';
import type { IParameters, ParametersApi } from '../api/parameters';
import { ParametersBadge } from './badge';
import type { Role } from './model';
import { ParametersModel } from './model';
import { INJECTED, PARAMETERS, hasTag } from './tags';

/**
 * The badges of one open notebook.
 */
export class NotebookBadges implements IDisposable {
  constructor(options: NotebookBadges.IOptions) {
    this._notebook = options.notebook;
    this._options = options;
    this._notebook.modelChanged.connect(this._onModelChanged, this);
    this._onModelChanged();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
    this._badges.forEach(badge => badge.dispose());
    this._badges.clear();
  }

  private _onModelChanged(): void {
    const model = this._notebook.model;
    if (model === null) {
      return;
    }
    model.cells.changed.connect(this._onCellsChanged, this);
    model.metadataChanged.connect(this._onNotebookMetadataChanged, this);
    this._follow([...model.cells]);
    this._update();
  }

  private _onCellsChanged(
    _: unknown,
    { newValues }: { newValues: ReadonlyArray<ICellModel> }
  ): void {
    this._follow(newValues);
    this._update();
  }

  private _onMetadataChanged(_: ICellModel, change: { key: string }): void {
    if (change.key === 'tags') {
      this._update();
    }
  }

  private _onContentChanged(): void {
    this._badges.forEach(badge => badge.model?.noteCodeBefore());
  }

  private _onNotebookMetadataChanged(_: unknown, change: { key: string }): void {
    if (change.key === 'language_info' || change.key === 'kernelspec') {
      this._badges.forEach(badge => void badge.model?.refresh());
    }
  }

  private _follow(cells: ReadonlyArray<ICellModel>): void {
    for (const cell of cells) {
      cell.metadataChanged.connect(this._onMetadataChanged, this);
      cell.contentChanged.connect(this._onContentChanged, this);
    }
  }

  private _update(): void {
    const roles = rolesOf(this._notebook.widgets);
    for (const [cell, badge] of this._badges) {
      if (!roles.has(cell)) {
        badge.dispose();
        this._badges.delete(cell);
      }
    }
    for (const [cell, role] of roles) {
      const badge = this._badges.get(cell);
      if (badge?.model) {
        badge.model.role = role;
      } else {
        this._badges.set(cell, this._add(cell, role));
      }
    }
    this._options.onChange();
  }

  private _add(cell: Cell, role: Role): ParametersBadge {
    const read = (source: string): Promise<IParameters> =>
      this._options.api.ofSource(source, languageOf(this._notebook));
    const codeBefore = (): string => codeAbove(this._notebook.widgets, cell);
    const model = new ParametersModel({ cell: cell.model, codeBefore, role, read });
    const badge = new ParametersBadge(model, this._options.trans);
    void model.refresh();
    // A cell far out of sight has no content yet, and would put ours in the wrong place.
    void cell.ready.then(() => {
      if (!badge.isDisposed && !cell.isDisposed) {
        (cell.layout as PanelLayout).insertWidget(0, badge);
      }
    });
    return badge;
  }

  private _badges = new Map<Cell, ParametersBadge>();
  private _isDisposed = false;
  private _notebook: Notebook;
  private _options: NotebookBadges.IOptions;
}

/**
 * The namespace for NotebookBadges statics.
 */
export namespace NotebookBadges {
  /**
   * The notebook, the API that reads its cells, and a function to call at a change.
   */
  export interface IOptions {
    api: ParametersApi;
    notebook: Notebook;
    onChange: () => void;
    trans: TranslationBundle;
  }
}

/**
 * What each marked cell is, in the notebook's order.
 */
export function rolesOf<T extends { model: ICellModel }>(cells: ReadonlyArray<T>): Map<T, Role> {
  const marked = cells.filter(({ model }) => hasTag(model, PARAMETERS));
  const roles = new Map<T, Role>();
  for (const cell of cells) {
    if (hasTag(cell.model, PARAMETERS)) {
      const first = marked.length > 1 ? 'first' : 'only';
      const role = cell === marked[0] ? first : 'surplus';
      roles.set(cell, cell.model.type === 'code' ? role : 'not-code');
    } else if (hasTag(cell.model, INJECTED)) {
      roles.set(cell, 'injected');
    }
  }
  return roles;
}

function codeAbove(cells: ReadonlyArray<Cell>, cell: Cell): string {
  const above = cells.slice(0, cells.indexOf(cell)).filter(({ model }) => model.type === 'code');
  return above.map(({ model }) => model.sharedModel.getSource()).join('\n');
}

function languageOf({ model }: Notebook): string {
  const info = model?.getMetadata('language_info') as { name?: string } | undefined;
  const spec = model?.getMetadata('kernelspec') as { language?: string } | undefined;
  return info?.name || spec?.language || 'python';
}
