/**
 * The question when a schedule is due next; pure.
 */
import type { IPreviewRequest, ISchedule } from '../api/schedules';

const NEXT = 5;

/**
 * The question for the next five occurrences; null where the schedule is not due any more.
 */
export function upcomingOf(schedule: ISchedule): IPreviewRequest | null {
  const { created_at, cron, end, interval, max_occurrences, occurrences, state, timezone } =
    schedule;
  const left = max_occurrences === null ? NEXT : max_occurrences - occurrences;
  if (state !== 'ACTIVE' || left < 1) {
    return null;
  }
  // Without a start, an interval is counted from the second in which the schedule was made.
  const creation = interval === null ? null : `${created_at.slice(0, 19)}Z`;
  const start = schedule.start ?? creation;
  return { cron, interval, timezone, start, end, count: Math.min(NEXT, left) };
}
