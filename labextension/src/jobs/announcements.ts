/**
 * What the event bus says of jobs.
 */
import type { Event } from '@jupyterlab/services';
import { Announcements } from '../announcements';
import type { IProgress, Status } from '../tokens';

const SCHEMA = 'https://events.jupyter.org/jupyter_nbtasks/job/v1';

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
 * The news of jobs.
 */
export function jobAnnouncements(events: Event.IManager): Announcements<IJobEvent> {
  return new Announcements(events, SCHEMA);
}
