/**
 * The snapshots of one notebook, newest first; follows the server's events and never polls.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../api/eventbus';
import type { BatchedEvents, ISnapshotEvent } from '../api/events';
import { snapshotEvents } from '../api/events';
import { RequestError } from '../api/request';
import { SnapshotsApi } from '../api/snapshots';
import type {
  ISnapshotFilter,
  ISnapshotRequest,
  ISnapshotDetails,
  ISnapshot,
  IRestoreRequest,
  IRestoreResult
} from '../api/snapshots';
import { PagedList } from '../lists/paged';
import { RecentCache } from '../lists/recentcache';
import type { ISnapshots } from '../tokens';

const MANY = 5;

/**
 * The snapshots of the notebook that the filter names, as far as they were asked for.
 */
export class SnapshotsModel extends VDomModel implements ISnapshots {
  constructor(settings: ServerConnection.ISettings, bus: IEventBus) {
    super();
    this._calls = new SnapshotsApi(settings);
    this._announcements = snapshotEvents(bus.events);
    this._announcements.received.connect(this._onArrived, this);
    bus.opened.connect(() => void this.refresh(), this);
  }

  readonly itemChanged: Signal<ISnapshots, string> = new Signal<ISnapshots, string>(this);
  readonly refreshed: Signal<ISnapshots, void> = new Signal<ISnapshots, void>(this);

  current: string | null = null;
  filter: ISnapshotFilter = { path: null, q: '', automatic: true };

  get hasMore(): boolean {
    return this._list.hasMore;
  }

  get isReady(): boolean {
    return this._list.isReady;
  }

  get items(): ReadonlyArray<ISnapshot> {
    return this._list.items.filter(({ id }) => !this._hidden.has(id));
  }

  get problem(): string | null {
    return this._list.problem;
  }

  get(id: string): ISnapshot | undefined {
    return this._list.find(id) ?? this._lately.get(id);
  }

  async fetch(id: string): Promise<ISnapshot> {
    const turn = (this._turns.get(id) ?? 0) + 1;
    this._turns.set(id, turn);
    const snapshot = await this._calls.get(id);
    if (this._turns.get(id) === turn) {
      // No older answer comes last.
      this._take(snapshot);
    }
    return snapshot;
  }

  select(id: string | null): void {
    if (id !== this.current) {
      this.current = id;
      this.stateChanged.emit();
    }
  }

  async setFilter(filter: Partial<ISnapshotFilter>): Promise<void> {
    const { path } = this.filter;
    this.filter = { ...this.filter, ...filter };
    this._list.isReady = false;
    if (this.filter.path !== path) {
      // What is of another notebook is not to be taken for one of this.
      this._list.items = [];
    }
    this.stateChanged.emit();
    await this._list.load();
    this.stateChanged.emit();
  }

  async refresh(): Promise<void> {
    await this._list.refresh();
    this.stateChanged.emit();
    this.refreshed.emit();
  }

  async loadMore(): Promise<void> {
    await this._list.loadMore();
    this.stateChanged.emit();
  }

  async create(request: ISnapshotRequest): Promise<ISnapshot> {
    const snapshot = await this._calls.create(request);
    this._take(snapshot);
    return snapshot;
  }

  async change(id: string, facts: ISnapshotDetails): Promise<void> {
    this._take(await this._calls.change(id, facts));
  }

  restore(id: string, request: IRestoreRequest): Promise<IRestoreResult> {
    return this._calls.restore(id, request);
  }

  setHidden(id: string, isHidden: boolean): void {
    const at = this.items.findIndex(one => one.id === id);
    if (isHidden) {
      this._hidden.add(id);
    } else {
      this._hidden.delete(id);
    }
    if (isHidden && this.current === id) {
      this.current = (this.items[at] ?? this.items[at - 1])?.id ?? null;
    }
    this.stateChanged.emit();
  }

  async remove(id: string): Promise<void> {
    await this._calls.remove(id);
    this._drop(id);
  }

  override dispose(): void {
    this._announcements.dispose();
    super.dispose();
  }

  private _onArrived(_: unknown, events: ReadonlyArray<ISnapshotEvent>): void {
    const isDeleted = ({ action }: ISnapshotEvent): boolean => action === 'deleted';
    events.filter(isDeleted).forEach(({ id }) => this._drop(id));
    const wanted = events.filter(event => !isDeleted(event) && this._isWanted(event));
    if (wanted.length > MANY) {
      // One page costs less than as many requests.
      void this.refresh();
    } else {
      wanted.forEach(({ id }) => void this._learn(id));
    }
  }

  /** Whose notebook it is of is not said: whoever looks at one has to ask. */
  private _isWanted({ action, id }: ISnapshotEvent): boolean {
    const isKnown = this.get(id) !== undefined;
    return action === 'created' ? !isKnown && this.filter.path !== null : isKnown;
  }

  private async _learn(id: string): Promise<void> {
    try {
      await this.fetch(id);
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) {
        // Somebody else's, or deleted meanwhile.
        this._drop(id);
      }
    }
  }

  private _take(snapshot: ISnapshot): void {
    this._lately.set(snapshot);
    if (this._matches(snapshot)) {
      this._list.put(snapshot);
    } else {
      this._list.drop(snapshot.id);
    }
    this.itemChanged.emit(snapshot.id);
    this.stateChanged.emit();
  }

  private _drop(id: string): void {
    this._hidden.delete(id);
    this._lately.delete(id);
    this._list.drop(id);
    this.itemChanged.emit(id);
    this.stateChanged.emit();
  }

  /** Whether *snapshot* is one that the filter looks at, as the server would say. */
  private _matches({ description, kind, name, path }: ISnapshot): boolean {
    const { automatic, q } = this.filter;
    const isFound = [name, description].some(text => text.toLowerCase().includes(q.toLowerCase()));
    return path === this.filter.path && isFound && (automatic || kind === 'manual');
  }

  private async _ask(limit: number, cursor: string | null): ReturnType<SnapshotsApi['list']> {
    const { path } = this.filter;
    return path === null
      ? { items: [], next: null }
      : this._calls.list({ ...this.filter, path }, limit, cursor);
  }

  private _announcements: BatchedEvents<ISnapshotEvent>;
  private _calls: SnapshotsApi;
  /** Those that are to be deleted, unless somebody takes it back. */
  private _hidden = new Set<string>();
  private _lately = new RecentCache<ISnapshot>();
  private _list = new PagedList<ISnapshot>(
    (limit, cursor) => this._ask(limit, cursor),
    ({ id }) => id
  );
  private _turns = new Map<string, number>();
}
