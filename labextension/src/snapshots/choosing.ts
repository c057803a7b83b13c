/**
 * Lets a person choose another snapshot of the same notebook.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { moment } from '../jobs/words';
import { choose } from '../lists/choosing';
import { LARGEST_PAGE } from '../lists/paged';
import type { ISnapshot } from './answers';
import type { SnapshotCalls } from './calls';

/**
 * The snapshot to compare with; null if there is none, or none was chosen.
 */
export async function chooseOther(
  { id, name, path }: ISnapshot,
  calls: SnapshotCalls,
  trans: TranslationBundle
): Promise<ISnapshot | null> {
  const { items } = await calls.list({ path, limit: `${LARGEST_PAGE}` });
  const others = items.filter(other => other.id !== id);
  const choice = {
    title: trans.__('Compare “%1” with', name),
    kind: trans.__('Snapshot'),
    labelOf: (other: ISnapshot) => `${other.name} · ${moment(other.created_at)}`,
    okLabel: trans.__('Compare'),
    nothing: trans.__('There is no other snapshot of this notebook.')
  };
  return choose(others, choice, trans);
}
