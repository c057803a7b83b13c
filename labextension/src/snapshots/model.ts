/**
 * The snapshots of one notebook.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { IEventBus } from '../api/eventbus';
import type { BatchedEvents, ISnapshotEvent } from '../api/events';
import { snapshotEvents } from '../api/events';
import type { IPage } from '../api/page';
import { RequestError } from '../api/request';
import type {
  IRestoreRequest,
  IRestoreResult,
  ISnapshot,
  ISnapshotDetails,
  ISnapshotFilter,
  ISnapshotRequest
} from '../api/snapshots';
import { SnapshotsApi } from '../api/snapshots';
import { ListModel } from '../lists/listmodel';
import { RecentCache } from '../lists/recentcache';
import type { ISnapshots } from '../tokens';

/**
 * The snapshots of the notebook that the filter names, as far as they were asked for.
 */
export class SnapshotsModel extends ListModel<ISnapshot, ISnapshotFilter> implements ISnapshots {
  constructor(settings: ServerConnection.ISettings, bus: IEventBus) {
    super(bus, { path: null, q: '', automatic: true });
    this._api = new SnapshotsApi(settings);
    this._events = snapshotEvents(bus.events);
    this._events.received.connect(this._onEvents, this);
  }

  override get items(): ReadonlyArray<ISnapshot> {
    return super.items.filter(({ id }) => !this._hidden.has(id));
  }

  override async fetch(id: string): Promise<ISnapshot> {
    const turn = (this._turns.get(id) ?? 0) + 1;
    this._turns.set(id, turn);
    const snapshot = await this._api.get(id);
    if (this._turns.get(id) === turn) {
      // No older answer comes last.
      this.take(snapshot);
    }
    return snapshot;
  }

  override async setFilter(filter: Partial<ISnapshotFilter>): Promise<void> {
    const { path = this.filter.path } = filter;
    if (path !== this.filter.path) {
      // The snapshots of another notebook must not be taken for snapshots of this one.
      this.list.items = [];
    }
    await super.setFilter(filter);
  }

  async create(request: ISnapshotRequest): Promise<ISnapshot> {
    const snapshot = await this._api.create(request);
    this.take(snapshot);
    return snapshot;
  }

  async change(id: string, details: ISnapshotDetails): Promise<void> {
    this.take(await this._api.change(id, details));
  }

  restore(id: string, request: IRestoreRequest): Promise<IRestoreResult> {
    return this._api.restore(id, request);
  }

  setHidden(id: string, isHidden: boolean): void {
    const position = this.items.findIndex(snapshot => snapshot.id === id);
    if (isHidden) {
      this._hidden.add(id);
    } else {
      this._hidden.delete(id);
    }
    if (isHidden && this.current === id) {
      this.current = (this.items[position] ?? this.items[position - 1])?.id ?? null;
    }
    this.stateChanged.emit();
  }

  override async remove(id: string): Promise<void> {
    await this._api.remove(id);
    this.drop(id);
  }

  override dispose(): void {
    this._events.dispose();
    super.dispose();
  }

  protected override readonly cache = new RecentCache<ISnapshot>();

  protected override async fetchPage(
    limit: number,
    cursor: string | null
  ): Promise<IPage<ISnapshot>> {
    const { path } = this.filter;
    return path === null
      ? { items: [], next: null }
      : this._api.list({ ...this.filter, path }, limit, cursor);
  }

  protected override matches({ description, kind, name, path }: ISnapshot): boolean {
    const { automatic, q } = this.filter;
    const hasWords = [name, description].some(text => text.toLowerCase().includes(q.toLowerCase()));
    return path === this.filter.path && hasWords && (automatic || kind === 'manual');
  }

  protected override async refetch(id: string): Promise<void> {
    try {
      await this.fetch(id);
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) {
        // It belongs to somebody else, or was deleted in the meantime.
        this.drop(id);
      }
    }
  }

  protected override forget(id: string): void {
    this._hidden.delete(id);
    super.forget(id);
  }

  private _onEvents(_: unknown, events: ReadonlyArray<ISnapshotEvent>): void {
    const isDeleted = ({ action }: ISnapshotEvent): boolean => action === 'deleted';
    events.filter(isDeleted).forEach(({ id }) => this.drop(id));
    const relevant = events.filter(event => !isDeleted(event) && this._isRelevant(event));
    this.refetchAll(relevant.map(({ id }) => id));
  }

  /** An event does not say whose notebook it concerns: whoever looks at one has to ask. */
  private _isRelevant({ action, id }: ISnapshotEvent): boolean {
    const isKnown = this.get(id) !== undefined;
    return action === 'created' ? !isKnown && this.filter.path !== null : isKnown;
  }

  private _api: SnapshotsApi;
  private _events: BatchedEvents<ISnapshotEvent>;
  /** The ids that are to be deleted soon, unless the person undoes it. */
  private _hidden = new Set<string>();
  private _turns = new Map<string, number>();
}
