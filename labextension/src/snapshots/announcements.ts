/**
 * What the event bus says of snapshots.
 */
import type { Event } from '@jupyterlab/services';
import { Announcements } from '../announcements';

const SCHEMA = 'https://events.jupyter.org/jupyter_nbtasks/snapshot/v1';

/**
 * What the event bus says of a snapshot.
 */
export interface ISnapshotEvent {
  id: string;
  action: 'created' | 'changed' | 'deleted';
}

/**
 * The news of snapshots.
 */
export function snapshotAnnouncements(events: Event.IManager): Announcements<ISnapshotEvent> {
  return new Announcements(events, SCHEMA);
}
