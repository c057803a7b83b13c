/**
 * Restores a notebook after asking, and keeps what it is now.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';
import { RequestError } from '../api/request';
import type { IRestoreResult, ISnapshot } from '../api/snapshots';
import { CommandIDs, ComparedWith } from '../commandids';
import { moment } from '../display/format';
import { contextOf, lastSeenHash, unsavedContent } from '../lab/documents';
import type { ISnapshots } from '../tokens';

const AUTO_CLOSE = 10_000;

/**
 * Restores snapshots, and brings the open editor up to date.
 */
export class Restorer {
  constructor(private _options: Restorer.IOptions) {}

  /**
   * Ask, and restore; *expected* is the hash of the file that the person has seen, if it is not the
   * one that is open.
   */
  async restore(snapshot: ISnapshot, expected?: string): Promise<void> {
    const { documents, trans } = this._options;
    const content = unsavedContent(documents, snapshot.path);
    const isPreserved = await this._confirm(snapshot, content !== undefined);
    if (isPreserved === null) {
      return;
    }
    try {
      const result = await this._send(snapshot, isPreserved ? content : undefined, {
        preserve: isPreserved,
        expected
      });
      await contextOf(documents, result.path)?.revert();
      this._notify(snapshot, result);
    } catch (error) {
      if (!(error instanceof RequestError) || error.reason !== 'hash_differs') {
        throw error;
      }
      await this._offerComparison(snapshot, trans);
    }
  }

  private async _send(
    { id, path }: ISnapshot,
    content: INotebookContent | undefined,
    { expected, preserve }: { preserve: boolean; expected: string | undefined }
  ): Promise<IRestoreResult> {
    const { documents, snapshots } = this._options;
    const seen = lastSeenHash(contextOf(documents, path));
    const expected_hash = expected ?? seen ?? (await this._hashOf(path));
    if (content && expected && expected !== seen) {
      // The content on screen is kept instead of the file, so the file is kept as well.
      await snapshots.create({ path, expected_hash: expected });
    }
    return snapshots.restore(id, {
      preserve,
      ...(content && { content }),
      ...(expected_hash && { expected_hash })
    });
  }

  /** The hash of the file as it is now; null if there is none. */
  private async _hashOf(path: string): Promise<string | null> {
    const { contents } = this._options.documents.services;
    const file = await contents.get(path, { content: false, hash: true }).catch(() => null);
    return file?.hash_algorithm === 'sha256' ? (file.hash ?? null) : null;
  }

  /**
   * Ask whether to keep what the notebook is now; null if the person does not want to restore it.
   */
  private async _confirm(
    { created_at, name, path }: ISnapshot,
    hasEdits: boolean
  ): Promise<boolean | null> {
    const { trans } = this._options;
    const file = PathExt.basename(path);
    const { button, isChecked } = await showDialog({
      title: trans.__('Restore “%1”?', name),
      body: trans.__('%1 becomes what it was at %2.', file, moment(created_at)),
      checkbox: {
        label: hasEdits
          ? trans.__('Keep what it is now as a snapshot, with the edits that are not saved')
          : trans.__('Keep what it is now as a snapshot'),
        caption: trans.__('Otherwise what it is now is lost'),
        checked: true
      },
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Restore') })
      ]
    });
    return button.accept ? (isChecked ?? true) : null;
  }

  private _notify({ name }: ISnapshot, { hash, path, preserved }: IRestoreResult): void {
    const { app, snapshots, trans } = this._options;
    const undo = (id: string): void => {
      const args = { id, expected_hash: hash };
      void app.commands.execute(CommandIDs.snapshot.restore, args);
    };
    const file = PathExt.basename(path);
    const message = preserved
      ? trans.__(
          '%1 is “%2” again; what it was before is kept as “%3”.',
          file,
          name,
          preserved.name
        )
      : trans.__('%1 is “%2” again.', file, name);
    Notification.success(message, {
      actions: preserved
        ? [{ label: trans.__('Take back…'), callback: () => undo(preserved.id) }]
        : [],
      autoClose: AUTO_CLOSE
    });
    void snapshots.refresh();
  }

  private async _offerComparison({ id, path }: ISnapshot, trans: TranslationBundle): Promise<void> {
    const { button } = await showDialog({
      title: trans.__('%1 has changed in the meantime', PathExt.basename(path)),
      body: trans.__(
        'The file is not the one that you have seen, so nothing was restored. Look at what is different now; you can restore from there.'
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Look again') })
      ]
    });
    if (button.accept) {
      const args = { kind: 'snapshot', id, other: ComparedWith.file };
      await this._options.app.commands.execute(CommandIDs.openComparison, args);
    }
  }
}

/**
 * The namespace for Restoring statics.
 */
export namespace Restorer {
  /**
   * The open documents, and where the snapshots are.
   */
  export interface IOptions {
    app: JupyterFrontEnd;
    documents: IDocumentManager;
    snapshots: ISnapshots;
    trans: TranslationBundle;
  }
}
