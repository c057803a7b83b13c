/**
 * Where a key moves the focus in a row of things of which one at a time can be reached by Tab.
 */

/**
 * How the things stand: the keys that go back and forth, and how many a page has.
 */
export interface IArrangement {
  back: string;
  forth: string;
  page: number;
}

/**
 * The index to which *key* leads from *current*; null if it leads nowhere.
 */
export function destination(
  key: string,
  current: number,
  count: number,
  { back, forth, page }: IArrangement
): number | null {
  const targets: Record<string, number> = {
    [forth]: current + 1,
    [back]: current - 1,
    Home: 0,
    End: count - 1,
    PageDown: current + page,
    PageUp: current - page
  };
  const target = targets[key];
  return target === undefined || !count ? null : Math.max(0, Math.min(count - 1, target));
}
