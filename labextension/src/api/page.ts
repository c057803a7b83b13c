/**
 * Lists that the server gives in pages.
 */

/**
 * The largest page that the server gives.
 */
export const LARGEST_PAGE = 500;

/**
 * A page of a list, newest first; *next* is where the one after it begins, null at the end.
 */
export interface IPage<T> {
  items: T[];
  next: string | null;
}

/**
 * The part of a query that selects a page.
 */
export function pageQuery(limit: number, cursor: string | null): Record<string, string> {
  return { limit: `${limit}`, ...(cursor && { cursor }) };
}
