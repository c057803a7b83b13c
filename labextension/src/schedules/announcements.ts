/**
 * What the event bus says of schedules.
 */
import type { Event } from '@jupyterlab/services';
import { Announcements } from '../announcements';
import type { State } from './answers';

const SCHEMA = 'https://events.jupyter.org/jupyter_nbtasks/schedule/v1';

/**
 * What the event bus says of a schedule.
 */
export interface IScheduleEvent {
  id: string;
  state: State | 'DELETED';
}

/**
 * The news of schedules.
 */
export function scheduleAnnouncements(events: Event.IManager): Announcements<IScheduleEvent> {
  return new Announcements(events, SCHEMA);
}
