/**
 * A comparison in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IComparedCell, ICompared } from './cells';
import { areEqual, summaryOf } from './cells';

/**
 * How much is different: 2 cells changed, 1 added.
 */
export function changesSummary(compared: ICompared, trans: TranslationBundle): string {
  if (areEqual(compared)) {
    return trans.__('No difference');
  }
  const { added, changed, removed } = summaryOf(compared);
  const counts: ReadonlyArray<[number, string]> = [
    [changed, trans._n('%1 cell changed', '%1 cells changed', changed)],
    [added, trans._n('%1 cell added', '%1 cells added', added)],
    [removed, trans._n('%1 cell removed', '%1 cells removed', removed)]
  ];
  const parts = counts.filter(([count]) => count > 0).map(([, label]) => label);
  const about = compared.metadata ? [trans.__('metadata of the notebook changed')] : [];
  return [...parts, ...about].join(', ');
}

/**
 * A cell, and what became of it.
 */
export function cellTitle(
  { index, kind }: Pick<IComparedCell, 'index' | 'kind'>,
  trans: TranslationBundle
): string {
  const names: Record<IComparedCell['kind'], string> = {
    same: trans.__('Cell %1: equal', index + 1),
    changed: trans.__('Cell %1: changed', index + 1),
    added: trans.__('Cell %1: added', index + 1),
    removed: trans.__('What was cell %1: removed', index + 1)
  };
  return names[kind];
}
