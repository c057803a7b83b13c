/**
 * What the models of the lists in the sidebar have in common.
 */
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../api/eventbus';
import type { IPage } from '../api/page';
import type { IListModel } from '../tokens';
import { PagedList } from './paged';

// One page costs less than more requests than these.
const MOST_REQUESTS = 5;
// A server that cannot be reached is asked again, after a time that doubles.
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;

/**
 * Keeps items whether they are in the list or not.
 */
export interface IItemCache<T> {
  get(id: string): T | undefined;
  set(item: T): void;
  delete(id: string): void;
}

/**
 * The items that the server knows, newest first, as far as they were asked for. A model follows
 * the event bus and never polls; after a lost connection it reads again.
 */
export abstract class ListModel<T extends { id: string }, F extends object>
  extends VDomModel
  implements IListModel<T, F>
{
  constructor(
    bus: IEventBus,
    public filter: F
  ) {
    super();
    bus.opened.connect(() => void this.refresh(), this);
  }

  readonly itemChanged: Signal<IListModel<T, F>, string> = new Signal<IListModel<T, F>, string>(
    this
  );
  readonly refreshed: Signal<IListModel<T, F>, void> = new Signal<IListModel<T, F>, void>(this);

  current: string | null = null;

  get hasMore(): boolean {
    return this.list.hasMore;
  }

  get isReady(): boolean {
    return this.list.isReady;
  }

  get items(): ReadonlyArray<T> {
    return this.list.items;
  }

  get problem(): string | null {
    return this.list.problem;
  }

  abstract fetch(id: string): Promise<T>;

  abstract remove(id: string): Promise<void>;

  get(id: string): T | undefined {
    return this.list.find(id) ?? this.cache.get(id);
  }

  select(id: string | null): void {
    if (id !== this.current) {
      this.current = id;
      this.stateChanged.emit();
    }
  }

  async setFilter(filter: Partial<F>): Promise<void> {
    this.filter = { ...this.filter, ...filter };
    this.list.isReady = false;
    this.stateChanged.emit();
    await this.list.load();
    if (this.problem !== null) {
      // What was there before is not what was asked for.
      this.list.narrow(item => this.matches(item));
    }
    this._retryIfCutOff();
    this.stateChanged.emit();
  }

  async refresh(): Promise<void> {
    await this.reload();
    this._retryIfCutOff();
    this.stateChanged.emit();
    this.refreshed.emit();
  }

  async loadMore(): Promise<void> {
    await this.list.loadMore();
    this._retryIfCutOff();
    this.stateChanged.emit();
  }

  override dispose(): void {
    window.clearTimeout(this._retrying);
    super.dispose();
  }

  protected abstract readonly cache: IItemCache<T>;

  protected readonly list = new PagedList<T>(
    (limit, cursor) => this.fetchPage(limit, cursor),
    ({ id }) => id
  );

  /** Ask the server for a page of what the filter lets through. */
  protected abstract fetchPage(limit: number, cursor: string | null): Promise<IPage<T>>;

  /** Ask for one item again of which there is something new. */
  protected abstract refetch(id: string): Promise<void>;

  /** Whether the filter lets *item* through, as the server would say. */
  protected abstract matches(item: T): boolean;

  /** Read again what is in the list. */
  protected async reload(): Promise<void> {
    await this.list.refresh();
  }

  /** Ask again for several items; where *isOnePage*, all of them are in the first page. */
  protected refetchAll(ids: ReadonlyArray<string>, isOnePage = true): void {
    if (ids.length > MOST_REQUESTS && isOnePage) {
      void this.refresh();
    } else {
      ids.forEach(id => void this.refetch(id));
    }
  }

  /** Keep *item* as it is now, and put it into its place in the list if the filter means it. */
  protected place(item: T): void {
    this.cache.set(item);
    if (this.matches(item)) {
      this.list.put(item);
    } else {
      this.list.drop(item.id);
    }
  }

  /** Take in *item* as it is now, and announce it. */
  protected take(item: T): void {
    this.place(item);
    this.announce(item.id);
  }

  /** Forget an item that is gone. */
  protected forget(id: string): void {
    this.cache.delete(id);
    this.list.drop(id);
  }

  /** Forget an item that is gone, and announce it. */
  protected drop(id: string): void {
    this.forget(id);
    this.announce(id);
  }

  private _retryIfCutOff(): void {
    window.clearTimeout(this._retrying);
    if (!this.list.isCutOff) {
      this._delay = FIRST_DELAY;
    } else if (!this.isDisposed) {
      this._retrying = window.setTimeout(() => void this.refresh(), this._delay);
      this._delay = Math.min(2 * this._delay, LONGEST_DELAY);
    }
  }

  private announce(id: string): void {
    this.itemChanged.emit(id);
    this.stateChanged.emit();
  }

  private _delay = FIRST_DELAY;
  private _retrying: number | undefined;
}
