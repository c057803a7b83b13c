/**
 * What the event bus says of jobs, gathered until the next frame is drawn.
 */
import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IProgress, Status } from '../tokens';

const JOB_SCHEMA = 'https://events.jupyter.org/jupyter_nbtasks/job/v1';

/**
 * What the event bus says of a job.
 */
export interface IJobEvent {
  id: string;
  status: Status | 'DELETED';
  attempt: number;
  schedule_id: string | null;
  progress: IProgress;
}

/**
 * The news of jobs, at most once a frame, and of each job only the newest.
 */
export class Announcements implements IDisposable {
  constructor(private _events: Event.IManager) {
    _events.stream.connect(this._onEvent, this);
  }

  get arrived(): ISignal<this, ReadonlyArray<IJobEvent>> {
    return this._arrived;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._events.stream.disconnect(this._onEvent, this);
    Signal.clearData(this);
  }

  private _onEvent(_: Event.IManager, event: Event.Emission): void {
    if (event.schema_id !== JOB_SCHEMA) {
      return;
    }
    const said = event as unknown as IJobEvent;
    if (!this._gathered.size) {
      requestAnimationFrame(() => this._tell());
    }
    this._gathered.set(said.id, said);
  }

  private _tell(): void {
    const gathered = [...this._gathered.values()];
    this._gathered.clear();
    if (!this._isDisposed) {
      this._arrived.emit(gathered);
    }
  }

  private _arrived = new Signal<this, ReadonlyArray<IJobEvent>>(this);
  private _gathered = new Map<string, IJobEvent>();
  private _isDisposed = false;
}
