/**
 * The events of jobs, schedules and snapshots, collected until the browser draws its next frame.
 */
import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IJobProgress, JobStatus } from './jobs';
import type { ScheduleState } from './schedules';

const SCHEMAS = 'https://events.jupyter.org/jupyter_nbtasks/';

/**
 * An event of a job: its new status, and how far it is.
 */
export interface IJobEvent {
  id: string;
  status: JobStatus | 'DELETED';
  attempt: number;
  schedule_id: string | null;
  progress: IJobProgress;
}

/**
 * An event of a schedule: its new state.
 */
export interface IScheduleEvent {
  id: string;
  state: ScheduleState | 'DELETED';
}

/**
 * An event of a snapshot: what was done with it.
 */
export interface ISnapshotEvent {
  id: string;
  action: 'created' | 'changed' | 'deleted';
}

/**
 * The events of a schema, at most once a frame, and for each id only the newest.
 */
export class BatchedEvents<T extends { id: string }> implements IDisposable {
  constructor(
    private _events: Event.IManager,
    private _schema: string
  ) {
    _events.stream.connect(this._onEvent, this);
  }

  get received(): ISignal<this, ReadonlyArray<T>> {
    return this._received;
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
    if (event.schema_id !== this._schema) {
      return;
    }
    const emission = event as unknown as T;
    if (!this._gathered.size) {
      requestAnimationFrame(() => this._emit());
    }
    this._gathered.set(emission.id, emission);
  }

  private _emit(): void {
    const gathered = [...this._gathered.values()];
    this._gathered.clear();
    if (!this._isDisposed) {
      this._received.emit(gathered);
    }
  }

  private _received = new Signal<this, ReadonlyArray<T>>(this);
  private _gathered = new Map<string, T>();
  private _isDisposed = false;
}

/**
 * The events of jobs.
 */
export function jobEvents(events: Event.IManager): BatchedEvents<IJobEvent> {
  return new BatchedEvents(events, `${SCHEMAS}job/v1`);
}

/**
 * The events of schedules.
 */
export function scheduleEvents(events: Event.IManager): BatchedEvents<IScheduleEvent> {
  return new BatchedEvents(events, `${SCHEMAS}schedule/v1`);
}

/**
 * The events of snapshots.
 */
export function snapshotEvents(events: Event.IManager): BatchedEvents<ISnapshotEvent> {
  return new BatchedEvents(events, `${SCHEMAS}snapshot/v1`);
}
