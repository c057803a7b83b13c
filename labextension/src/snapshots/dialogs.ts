/**
 * Asks what is to be said of a snapshot, and makes or changes it.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import { RequestError } from '../api/request';
import type { ISnapshot, ISnapshotFacts } from '../api/snapshots';
import { FormDialog } from '../forms/dialog';
import { contextOf, onScreen, seenHash, unsaved } from '../lab/documents';
import type { ISnapshots } from '../tokens';
import { SnapshotForm } from './form';
import { nameFor } from './format';
import { SnapshotDraft } from './formmodel';

/**
 * Ask for a name, and keep the notebook at *path* as it is on screen.
 */
export async function create(
  path: string,
  snapshots: ISnapshots,
  documents: IDocumentManager,
  trans: TranslationBundle
): Promise<void> {
  const local = documents.services.contents.localPath(path);
  const file = PathExt.basename(local);
  const name = nameFor(PathExt.basename(file, '.ipynb'), new Date());
  const send = async (facts: ISnapshotFacts): Promise<void> => {
    const content = unsaved(documents, path);
    const expected_hash = content ? null : seenHash(contextOf(documents, path));
    const asked = { ...facts, path: local };
    try {
      await snapshots.create({
        ...asked,
        ...(content && { content }),
        ...(expected_hash && { expected_hash })
      });
    } catch (error) {
      const screen = onScreen(documents, path);
      if (!(error instanceof RequestError) || error.reason !== 'hash_differs' || !screen) {
        throw error;
      }
      // The file was changed on disk: what is on screen is meant.
      await snapshots.create({ ...asked, content: screen });
    }
  };
  await ask(trans.__('Snapshot of “%1”', file), trans.__('Create'), { name }, send, trans);
}

/**
 * Ask what else is to be said of *snapshot*.
 */
export async function edit(
  snapshot: ISnapshot,
  snapshots: ISnapshots,
  trans: TranslationBundle
): Promise<void> {
  const title = trans.__('Edit “%1”', snapshot.name);
  const send = (facts: ISnapshotFacts): Promise<void> => snapshots.change(snapshot.id, facts);
  await ask(title, trans.__('Save'), snapshot, send, trans);
}

async function ask(
  title: string,
  action: string,
  facts: ISnapshotFacts,
  send: (facts: ISnapshotFacts) => Promise<void>,
  trans: TranslationBundle
): Promise<void> {
  const draft = new SnapshotDraft(facts, send, trans);
  const body = new SnapshotForm(draft, trans);
  await new FormDialog(draft, { title, body, action: () => action, trans }).launch();
  draft.dispose();
}
