/**
 * Deletes snapshots a little later, so that a person can undo it.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ISnapshot } from '../api/snapshots';
import type { ISnapshots } from '../tokens';

/**
 * A snapshot that was to be deleted, and why that failed.
 */
export interface IFailedRemoval {
  snapshot: ISnapshot;
  error: unknown;
}

/**
 * Hides a snapshot at once, and deletes it after *delay* milliseconds or when the page is left.
 */
export class DelayedRemovals implements IDisposable {
  constructor(
    private _snapshots: ISnapshots,
    private _delay: number
  ) {
    window.addEventListener('pagehide', this._flush);
  }

  /** The snapshot that was removed last and can be brought back. */
  get last(): ISnapshot | undefined {
    return [...this._pending.values()].pop()?.snapshot;
  }

  /** Emits the id of a snapshot that is gone, or is here again. */
  get settled(): ISignal<this, string> {
    return this._settled;
  }

  /** Emits what could not be deleted; it is shown again. */
  get failed(): ISignal<this, IFailedRemoval> {
    return this._failed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.removeEventListener('pagehide', this._flush);
      this._flush();
      Signal.clearData(this);
    }
  }

  remove(snapshot: ISnapshot): void {
    const { id } = snapshot;
    if (!this._pending.has(id)) {
      const timer = window.setTimeout(() => void this._delete(id), this._delay);
      this._pending.set(id, { snapshot, timer });
      this._snapshots.setHidden(id, true);
    }
  }

  undo(id: string): void {
    if (this._take(id)) {
      this._snapshots.setHidden(id, false);
      this._snapshots.select(id);
      this._settled.emit(id);
    }
  }

  private _take(id: string): ISnapshot | undefined {
    const pending = this._pending.get(id);
    window.clearTimeout(pending?.timer);
    this._pending.delete(id);
    return pending?.snapshot;
  }

  private async _delete(id: string): Promise<void> {
    const snapshot = this._take(id);
    if (!snapshot) {
      return;
    }
    this._settled.emit(id);
    try {
      await this._snapshots.remove(id);
    } catch (error) {
      this._snapshots.setHidden(id, false);
      this._failed.emit({ snapshot, error });
    }
  }

  private _flush = (): void => {
    [...this._pending.keys()].forEach(id => void this._delete(id));
  };

  private _failed = new Signal<this, IFailedRemoval>(this);
  private _isDisposed = false;
  private _pending = new Map<string, { snapshot: ISnapshot; timer: number }>();
  private _settled = new Signal<this, string>(this);
}
