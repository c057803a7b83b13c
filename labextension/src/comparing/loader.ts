/**
 * Where two notebooks that are to be compared come from.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ComparisonsApi } from '../api/comparisons';
import type { ISnapshot } from '../api/snapshots';
import { SnapshotsApi } from '../api/snapshots';
import { ComparedWith } from '../commandids';
import { unsavedContent } from '../lab/documents';
import type { IPairedNotebooks } from './live';
import { aligned, pairsOf } from './pairs';
import type { IComparisonSubject } from './subject';

/**
 * Asks the server; of a notebook with unsaved edits what is on screen is compared, here.
 */
export class ComparisonLoader {
  constructor(private _options: ComparisonLoader.IOptions) {
    this._snapshots = new SnapshotsApi(_options.settings);
    this._comparisons = new ComparisonsApi(_options.settings);
  }

  /** Read what *subject* names, with outputs or without; throws a RequestError for a refusal. */
  async load(
    { id, kind, other }: IComparisonSubject,
    hasOutputs: boolean
  ): Promise<IPairedNotebooks> {
    if (other === ComparedWith.screen) {
      const snapshot = await this._snapshots.get(id);
      const screen = unsavedContent(this._options.documents, snapshot.path);
      if (screen) {
        return this._readScreen(snapshot, screen, hasOutputs);
      }
    }
    const comparison = await this._comparisons.get(
      kind,
      id,
      other === ComparedWith.screen ? ComparedWith.file : other,
      hasOutputs
    );
    const { base, remote } = comparison;
    return { base, remote, pairs: pairsOf(comparison) };
  }

  private async _readScreen(
    { created_at, hash, id, name: label, path }: ISnapshot,
    screen: INotebookContent,
    hasOutputs: boolean
  ): Promise<IPairedNotebooks> {
    const base = await this._snapshots.content(id);
    const notebooks = hasOutputs ? [base, screen] : [withoutOutputs(base), withoutOutputs(screen)];
    const name = PathExt.basename(path);
    const unsaved = this._options.trans.__('%1 with the edits that are not saved', name);
    return {
      base: { created_at, hash, id, label, path },
      remote: { created_at: null, hash: null, id: null, label: unsaved, path },
      pairs: aligned(notebooks[0]!, notebooks[1]!)
    };
  }

  private _snapshots: SnapshotsApi;
  private _comparisons: ComparisonsApi;
}

/**
 * The namespace for Sources statics.
 */
export namespace ComparisonLoader {
  /**
   * The open documents, and the server.
   */
  export interface IOptions {
    documents: IDocumentManager;
    settings: ServerConnection.ISettings;
    trans: TranslationBundle;
  }
}

function withoutOutputs(notebook: INotebookContent): INotebookContent {
  const cells = notebook.cells.map((cell): ICell => ({ ...cell, outputs: [] }));
  return { ...notebook, cells };
}
