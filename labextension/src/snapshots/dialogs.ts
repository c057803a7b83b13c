/**
 * The dialogs that make and change snapshots.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import { RequestError } from '../api/request';
import type { ISnapshot, ISnapshotDetails } from '../api/snapshots';
import { FormDialog } from '../forms/dialog';
import { contextOf, contentOnScreen, lastSeenHash, unsavedContent } from '../lab/documents';
import type { ISnapshots } from '../tokens';
import { SnapshotForm } from './form';
import { nameFor } from './format';
import { SnapshotFormModel } from './formmodel';

/**
 * Ask for a name, and keep the notebook at *path* as it is on screen.
 */
export async function createSnapshot(
  path: string,
  snapshots: ISnapshots,
  documents: IDocumentManager,
  trans: TranslationBundle
): Promise<void> {
  const local = documents.services.contents.localPath(path);
  const file = PathExt.basename(local);
  const name = nameFor(PathExt.basename(file, '.ipynb'), new Date());
  const send = async (details: ISnapshotDetails): Promise<void> => {
    const content = unsavedContent(documents, path);
    const expected_hash = content ? null : lastSeenHash(contextOf(documents, path));
    const request = { ...details, path: local };
    try {
      await snapshots.create({
        ...request,
        ...(content && { content }),
        ...(expected_hash && { expected_hash })
      });
    } catch (error) {
      const screen = contentOnScreen(documents, path);
      if (!(error instanceof RequestError) || error.reason !== 'hash_differs' || !screen) {
        throw error;
      }
      // The file was changed on disk: the person means what is on screen.
      await snapshots.create({ ...request, content: screen });
    }
  };
  await openDialog(trans.__('Snapshot of “%1”', file), trans.__('Create'), { name }, send, trans);
}

/**
 * Ask for other details of *snapshot*, and change it.
 */
export async function editSnapshot(
  snapshot: ISnapshot,
  snapshots: ISnapshots,
  trans: TranslationBundle
): Promise<void> {
  const title = trans.__('Edit “%1”', snapshot.name);
  const send = (details: ISnapshotDetails): Promise<void> => snapshots.change(snapshot.id, details);
  await openDialog(title, trans.__('Save'), snapshot, send, trans);
}

async function openDialog(
  title: string,
  action: string,
  details: ISnapshotDetails,
  send: (details: ISnapshotDetails) => Promise<void>,
  trans: TranslationBundle
): Promise<void> {
  const model = new SnapshotFormModel(details, send, trans);
  const body = new SnapshotForm(model, trans);
  await new FormDialog(model, { title, body, action: () => action, trans }).launch();
  model.dispose();
}
