/**
 * The schedules of the server, as this extension offers them.
 */
import type { VDomRenderer } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import type { IPaged } from '../lists/paged';
import type { IJob } from '../tokens';
import type { ISchedule, State } from './answers';

/**
 * Which schedules are looked at; null means all.
 */
export interface IScheduleFilter {
  notebook: string | null;
  state: State | null;
}

/**
 * The schedules that the server knows, newest first, as far as they were asked for.
 */
export interface ISchedules extends VDomRenderer.IModel, IPaged {
  readonly items: ReadonlyArray<ISchedule>;
  readonly filter: IScheduleFilter;
  /** The schedule that a command means if it is told none. */
  readonly current: string | null;
  /** Emits the id of every schedule of which there is something new; a deleted one is not known then. */
  readonly heard: ISignal<ISchedules, string>;
  /** Emits a schedule that has paused itself; its message says why. */
  readonly gaveUp: ISignal<ISchedules, ISchedule>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<ISchedules, void>;

  /** A schedule that was seen lately; undefined for a stranger. */
  known(id: string): ISchedule | undefined;
  /** Ask the server for one schedule. */
  fetch(id: string): Promise<ISchedule>;
  /** Say which schedule is looked at. */
  look(id: string | null): void;
  /** Look at other schedules. */
  narrow(filter: Partial<IScheduleFilter>): Promise<void>;
  /** Read the newest again. */
  refresh(): Promise<void>;
  /** Read older ones. */
  more(): Promise<void>;
  /** Let it be due no more. */
  pause(id: string): Promise<void>;
  /** Let it be due again, from now on. */
  resume(id: string): Promise<void>;
  /** Submit a job of it now. */
  run(id: string): Promise<IJob>;
  /** Remove it; its jobs stay. */
  remove(id: string): Promise<void>;
}
