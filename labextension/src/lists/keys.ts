/**
 * What keys do in a row of elements of which one at a time can be reached by Tab.
 */
import type { KeyboardEvent } from 'react';

/**
 * The keys that go back and forth, and how many elements a page has.
 */
export interface INavigationKeys {
  back: string;
  forth: string;
  page: number;
}

/**
 * The index to which *key* leads from *current*; null if it leads nowhere.
 */
export function targetIndex(
  key: string,
  current: number,
  count: number,
  { back, forth, page }: INavigationKeys
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

/**
 * What the keys of a row do: Escape; Enter and the space bar; Delete. They are null where there is
 * no row.
 */
export interface IRowActions {
  escape: () => void;
  open: (() => void) | null;
  remove: (() => void) | null;
}

/**
 * Handle a key in a row; in a button of the row all keys but Escape belong to the button.
 */
export function handleRowKey(event: KeyboardEvent, { escape, open, remove }: IRowActions): void {
  const isOnRow = (event.target as HTMLElement).tagName === 'LI';
  if (event.key === 'Escape') {
    escape();
  } else if (isOnRow && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    open?.();
  } else if (isOnRow && event.key === 'Delete') {
    remove?.();
  }
}
