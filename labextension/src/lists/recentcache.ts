/**
 * The last few things that were asked for.
 */

// Pages that are open, with room to spare.
const MOST = 100;

/**
 * Things by their id; the one kept longest ago goes first.
 */
export class Lately<T extends { id: string }> {
  get(id: string): T | undefined {
    return this._kept.get(id);
  }

  keep(thing: T): void {
    this._kept.delete(thing.id);
    this._kept.set(thing.id, thing);
    [...this._kept.keys()].slice(0, -MOST).forEach(id => this._kept.delete(id));
  }

  drop(id: string): void {
    this._kept.delete(id);
  }

  private _kept = new Map<string, T>();
}
