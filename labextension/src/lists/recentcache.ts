/**
 * The last few items that were fetched.
 */

// Pages that are open, with room to spare.
const MOST = 100;

/**
 * Items by their id; the one that was set longest ago is dropped first.
 */
export class RecentCache<T extends { id: string }> {
  get(id: string): T | undefined {
    return this._items.get(id);
  }

  set(item: T): void {
    this._items.delete(item.id);
    this._items.set(item.id, item);
    [...this._items.keys()].slice(0, -MOST).forEach(id => this._items.delete(id));
  }

  delete(id: string): void {
    this._items.delete(id);
  }

  private _items = new Map<string, T>();
}
