/**
 * The snapshots of a notebook, as this extension offers them.
 */
import type { VDomRenderer } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import type { IPaged } from '../lists/paged';
import type {
  IRestored,
  IRestoreRequest,
  ISnapshot,
  ISnapshotFacts,
  ISnapshotRequest
} from './answers';

/**
 * Which snapshots are looked at: those of the notebook at *path*, null if there is none; *q* is in
 * the name or the description; without *automatic* ones only those that somebody asked for.
 */
export interface ISnapshotFilter {
  path: string | null;
  q: string;
  automatic: boolean;
}

/**
 * The snapshots of one notebook, newest first, as far as they were asked for.
 */
export interface ISnapshots extends VDomRenderer.IModel, IPaged {
  readonly items: ReadonlyArray<ISnapshot>;
  readonly filter: ISnapshotFilter;
  /** The snapshot that a command means if it is told none. */
  readonly current: string | null;
  /** Emits the id of every snapshot of which there is something new; a deleted one is not known then. */
  readonly heard: ISignal<ISnapshots, string>;
  /** Emits when all was read again, as after a lost connection. */
  readonly refreshed: ISignal<ISnapshots, void>;

  /** A snapshot that was seen lately; undefined for a stranger. */
  known(id: string): ISnapshot | undefined;
  /** Ask the server for one snapshot. */
  fetch(id: string): Promise<ISnapshot>;
  /** Say which snapshot is looked at. */
  look(id: string | null): void;
  /** Look at other snapshots. */
  narrow(filter: Partial<ISnapshotFilter>): Promise<void>;
  /** Read the newest again. */
  refresh(): Promise<void>;
  /** Read older ones. */
  more(): Promise<void>;
  /** Keep a notebook as it is. */
  create(request: ISnapshotRequest): Promise<ISnapshot>;
  /** Say something else of a snapshot. */
  change(id: string, facts: ISnapshotFacts): Promise<void>;
  /** Make the notebook what it was. */
  restore(id: string, request: IRestoreRequest): Promise<IRestored>;
  /** Leave a snapshot out, which may still be taken back, or show it again. */
  hide(id: string, isHidden: boolean): void;
  /** Remove a snapshot for good. */
  remove(id: string): Promise<void>;
}
