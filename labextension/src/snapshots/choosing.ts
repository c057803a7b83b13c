/**
 * Lets a person choose another snapshot of the same notebook.
 */
import { InputDialog, showDialog, Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { moment } from '../jobs/words';
import { LARGEST_PAGE } from '../lists/paged';
import type { ISnapshot } from './answers';
import type { SnapshotCalls } from './calls';

/**
 * The snapshot to compare with; null if there is none, or none was chosen.
 */
export async function choose(
  { id, name, path }: ISnapshot,
  calls: SnapshotCalls,
  trans: TranslationBundle
): Promise<ISnapshot | null> {
  const { items } = await calls.list({ path, limit: `${LARGEST_PAGE}` });
  const others = items.filter(other => other.id !== id);
  const title = trans.__('Compare “%1” with', name);
  if (others.length === 0) {
    const body = trans.__('There is no other snapshot of this notebook.');
    await showDialog({ title, body, buttons: [Dialog.okButton({ label: trans.__('Close') })] });
    return null;
  }
  const labels = others.map(other => `${other.name} · ${moment(other.created_at)}`);
  const { value } = await InputDialog.getItem({
    title,
    label: trans.__('Snapshot'),
    items: labels,
    okLabel: trans.__('Compare')
  });
  return others[labels.indexOf(value ?? '')] ?? null;
}
