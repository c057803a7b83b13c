/**
 * The status of schedules and of their occurrences; pure.
 */
import type { IJobEvent } from '../api/events';
import type { JobStatus } from '../api/jobs';
import type { IOccurrence, ISchedule, IScheduleFilter } from '../api/schedules';

/**
 * The result of an occurrence: the status of its job, or why there is none.
 */
export type OccurrenceResult = JobStatus | 'QUEUED' | 'SKIPPED' | 'MISSED' | 'GONE';

/**
 * The result of an occurrence whose job has *status*, null if there is none any more.
 */
export function resultOf({ state }: IOccurrence, status: JobStatus | null): OccurrenceResult {
  const results = {
    submitted: status ?? 'GONE',
    queued: 'QUEUED',
    skipped: 'SKIPPED',
    missed: 'MISSED'
  } as const;
  return results[state];
}

/**
 * Whether *filter* lets *schedule* through, decided as the server does.
 */
export function matches(schedule: ISchedule, { notebook, state }: IScheduleFilter): boolean {
  return (
    (state === null || state === schedule.state) &&
    (notebook === null || notebook === schedule.notebook)
  );
}

/**
 * Whether *schedule* has paused itself since it was *before*.
 */
export function hasPausedItself(schedule: ISchedule, before: ISchedule | undefined): boolean {
  const { message, state } = schedule;
  return state === 'PAUSED' && message !== null && before?.state !== 'PAUSED';
}

/**
 * The schedule after an event of one of its jobs that is not over; the same object if nothing has
 * changed.
 */
export function withJob(schedule: ISchedule, { id, status }: IJobEvent): ISchedule {
  const { last_job: last, recent } = schedule;
  const isNews = [
    last?.id === id && last,
    ...recent.filter(occurrence => occurrence.job_id === id)
  ].some(occurrence => occurrence && occurrence.status !== status);
  if (!isNews || status === 'DELETED') {
    return schedule;
  }
  return {
    ...schedule,
    last_job: last?.id === id ? { ...last, status } : last,
    recent: recent.map(occurrence =>
      occurrence.job_id === id ? { ...occurrence, status } : occurrence
    )
  };
}
