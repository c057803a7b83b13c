/**
 * A list that the server returns in pages, newest first.
 */
import { ServerConnection } from '@jupyterlab/services';
import type { IPage } from '../api/page';
import { LARGEST_PAGE } from '../api/page';
import type { IPaged } from '../tokens';

const PAGE = 100;

/**
 * The part of a list that was read; *keyOf* an item is greater if the item is newer.
 */
export class PagedList<T> implements IPaged {
  constructor(
    private _fetchPage: (limit: number, cursor: string | null) => Promise<IPage<T>>,
    private _keyOf: (item: T) => string,
    private _page = PAGE
  ) {}

  isReady = false;
  items: ReadonlyArray<T> = [];
  problem: string | null = null;
  /** Whether the server could not be reached. */
  isCutOff = false;

  get hasMore(): boolean {
    return this._next !== null;
  }

  find(key: string): T | undefined {
    return this.items.find(item => this._keyOf(item) === key);
  }

  /** Read the first page. */
  load(): Promise<void> {
    return this._load(this._page);
  }

  /** Read again as many as there are. */
  refresh(): Promise<void> {
    return this._load(Math.min(LARGEST_PAGE, Math.max(this._page, this.items.length)));
  }

  /** Read the next page, if there is one. */
  async loadMore(): Promise<void> {
    if (this._next !== null && !this._isLoading) {
      await this._load(this._page, this._next);
    }
  }

  /** Whether *item* would be in a page that was not read. */
  isBeyond(item: T): boolean {
    const key = this._keyOf(item);
    return this.hasMore && this.items.every(other => this._keyOf(other) > key);
  }

  /** Put *item* in its place, instead of what it was. */
  put(item: T): void {
    if (!this.isBeyond(item)) {
      const key = this._keyOf(item);
      this.drop(key);
      const place = this.items.findIndex(other => this._keyOf(other) < key);
      const at = place === -1 ? this.items.length : place;
      this.items = [...this.items.slice(0, at), item, ...this.items.slice(at)];
    }
  }

  /** Keep only the items that *isMeant* says. */
  narrow(isMeant: (item: T) => boolean): void {
    this.items = this.items.filter(isMeant);
  }

  drop(key: string): void {
    this.items = this.items.filter(item => this._keyOf(item) !== key);
  }

  private async _load(limit: number, cursor: string | null = null): Promise<void> {
    const turn = ++this._turn;
    this._isLoading = true;
    let page: IPage<T> | null = null;
    let problem: string | null = null;
    let isCutOff = false;
    try {
      page = await this._fetchPage(limit, cursor);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      isCutOff = error instanceof ServerConnection.NetworkError;
    }
    if (turn !== this._turn) {
      return;
    }
    if (page) {
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this._next = page.next;
    }
    this.problem = problem;
    this.isCutOff = isCutOff;
    this.isReady = true;
    this._isLoading = false;
  }

  private _isLoading = false;
  private _next: string | null = null;
  private _turn = 0;
}
