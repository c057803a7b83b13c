/**
 * A list that the server gives in pages, newest first.
 */
import type { IPage } from '../api/page';
import { LARGEST_PAGE } from '../api/page';
import type { IPaged } from '../tokens';

const PAGE = 100;

/**
 * What was read of a list; *key* is greater for what is newer.
 */
export class PagedList<T> implements IPaged {
  constructor(
    private _ask: (limit: number, cursor: string | null) => Promise<IPage<T>>,
    private _key: (item: T) => string,
    private _page = PAGE
  ) {}

  isReady = false;
  items: ReadonlyArray<T> = [];
  problem: string | null = null;

  get hasMore(): boolean {
    return this._next !== null;
  }

  find(key: string): T | undefined {
    return this.items.find(item => this._key(item) === key);
  }

  /** Read the first page. */
  read(): Promise<void> {
    return this._read(this._page);
  }

  /** Read again as many as there are. */
  refresh(): Promise<void> {
    return this._read(Math.min(LARGEST_PAGE, Math.max(this._page, this.items.length)));
  }

  /** Read the next page, if there is one. */
  async more(): Promise<void> {
    if (this._next !== null && !this._isReading) {
      await this._read(this._page, this._next);
    }
  }

  /** Whether *item* would be in a page that was not read. */
  isBeyond(item: T): boolean {
    const key = this._key(item);
    return this.hasMore && this.items.every(other => this._key(other) > key);
  }

  /** Put *item* in its place, instead of what it was. */
  put(item: T): void {
    if (!this.isBeyond(item)) {
      const key = this._key(item);
      this.drop(key);
      const place = this.items.findIndex(other => this._key(other) < key);
      const at = place === -1 ? this.items.length : place;
      this.items = [...this.items.slice(0, at), item, ...this.items.slice(at)];
    }
  }

  drop(key: string): void {
    this.items = this.items.filter(item => this._key(item) !== key);
  }

  private async _read(limit: number, cursor: string | null = null): Promise<void> {
    const turn = ++this._turn;
    this._isReading = true;
    let page: IPage<T> | null = null;
    let problem: string | null = null;
    try {
      page = await this._ask(limit, cursor);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (turn !== this._turn) {
      return;
    }
    if (page) {
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this._next = page.next;
    }
    this.problem = problem;
    this.isReady = true;
    this._isReading = false;
  }

  private _isReading = false;
  private _next: string | null = null;
  private _turn = 0;
}
