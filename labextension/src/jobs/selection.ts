/**
 * Which jobs of the list are selected, to do something with all of them; pure.
 */

/**
 * The ids that are selected, and the one from which a range begins.
 */
export interface ISelection {
  ids: ReadonlySet<string>;
  anchor: string | null;
}

/**
 * Nothing.
 */
export const NOTHING: ISelection = { ids: new Set(), anchor: null };

/**
 * *selection* with *id*, or without it if it was selected.
 */
export function toggled({ ids }: ISelection, id: string): ISelection {
  const changed = new Set(ids);
  if (!changed.delete(id)) {
    changed.add(id);
  }
  return { ids: changed, anchor: id };
}

/**
 * *selection* with all of *shown*, the ids in their order, from its anchor to *id*.
 */
export function extended(
  { anchor, ids }: ISelection,
  shown: ReadonlyArray<string>,
  id: string
): ISelection {
  const [one, other] = [shown.indexOf(anchor ?? id), shown.indexOf(id)];
  const from = one === -1 ? other : one;
  const range = shown.slice(Math.min(from, other), Math.max(from, other) + 1);
  return { ids: new Set([...ids, ...range]), anchor: shown[from] ?? id };
}
