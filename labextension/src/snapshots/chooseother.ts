/**
 * Lets a person choose another snapshot of the same notebook.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { LARGEST_PAGE } from '../api/page';
import type { SnapshotsApi, ISnapshot } from '../api/snapshots';
import { moment } from '../display/format';
import { chooseItem } from '../lists/choose';

/**
 * The snapshot to compare with; null if there is none, or none was chosen.
 */
export async function chooseOther(
  { id, name, path }: ISnapshot,
  api: SnapshotsApi,
  trans: TranslationBundle
): Promise<ISnapshot | null> {
  const { items } = await api.list({ path, q: '', automatic: true }, LARGEST_PAGE);
  const others = items.filter(other => other.id !== id);
  const choice = {
    title: trans.__('Compare “%1” with', name),
    kind: trans.__('Snapshot'),
    labelOf: (other: ISnapshot) => `${other.name} · ${moment(other.created_at)}`,
    okLabel: trans.__('Compare'),
    emptyMessage: trans.__('There is no other snapshot of this notebook.')
  };
  return chooseItem(others, choice, trans);
}
