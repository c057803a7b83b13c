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
import { unsaved } from '../lab/documents';
import type { IPaired } from './live';
import { aligned, pairsOf } from './pairs';
import type { ISubject } from './subject';

/**
 * Asks the server; of a notebook with unsaved edits what is on screen is compared, here.
 */
export class Sources {
  constructor(private _options: Sources.IOptions) {
    this._calls = new SnapshotsApi(_options.settings);
    this._comparisons = new ComparisonsApi(_options.settings);
  }

  /** Read what *subject* names, with outputs or without; throws a RequestError for a refusal. */
  async read({ id, kind, other }: ISubject, hasOutputs: boolean): Promise<IPaired> {
    if (other === ComparedWith.screen) {
      const snapshot = await this._calls.get(id);
      const screen = unsaved(this._options.documents, snapshot.path);
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
  ): Promise<IPaired> {
    const base = await this._calls.content(id);
    const wanted = hasOutputs ? [base, screen] : [bare(base), bare(screen)];
    const name = PathExt.basename(path);
    const unsaved = this._options.trans.__('%1 with the edits that are not saved', name);
    return {
      base: { created_at, hash, id, label, path },
      remote: { created_at: null, hash: null, id: null, label: unsaved, path },
      pairs: aligned(wanted[0]!, wanted[1]!)
    };
  }

  private _calls: SnapshotsApi;
  private _comparisons: ComparisonsApi;
}

/**
 * The namespace for Sources statics.
 */
export namespace Sources {
  /**
   * The open documents, and the server.
   */
  export interface IOptions {
    documents: IDocumentManager;
    settings: ServerConnection.ISettings;
    trans: TranslationBundle;
  }
}

function bare(notebook: INotebookContent): INotebookContent {
  const cells = notebook.cells.map((cell): ICell => ({ ...cell, outputs: [] }));
  return { ...notebook, cells };
}
