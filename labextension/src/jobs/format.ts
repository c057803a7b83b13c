/**
 * A job in words and numbers, for people.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAttempt, ICellState, IJob, IJobProgress, JobStatus } from '../api/jobs';

/**
 * The name of a status.
 */
export function statusName(status: JobStatus, trans: TranslationBundle): string {
  const names: Record<JobStatus, string> = {
    SUBMITTED: trans.__('Waiting'),
    EXECUTING: trans.__('Running'),
    CANCELLING: trans.__('Being cancelled'),
    COMPLETED: trans.__('Completed'),
    FAILED: trans.__('Failed'),
    CANCELLED: trans.__('Cancelled')
  };
  return names[status];
}

/**
 * A cell of the executed notebook, and what became of it.
 */
export function cellName(
  index: number,
  status: ICellState['status'] | undefined,
  trans: TranslationBundle
): string {
  const name = trans.__('Cell %1', index + 1);
  const names: Record<ICellState['status'], string> = {
    pending: trans.__('not yet'),
    running: trans.__('running'),
    completed: trans.__('completed'),
    failed: trans.__('failed'),
    skipped: trans.__('skipped')
  };
  return status ? `${name}: ${names[status]}` : name;
}

/**
 * Why a job failed, short: the cell and its error, or the server's sentence.
 */
export function reasonOf(job: IJob, trans: TranslationBundle): string {
  if (!job.error) {
    return job.message ?? statusName(job.status, trans);
  }
  const { cell, ename, evalue } = job.error;
  const error = `${ename} ${evalue.split('\n')[0] ?? ''}`.trim();
  return trans.__('cell %1: %2', cell + 1, error);
}

/**
 * How far a job is that runs.
 */
export function progressWords(
  { completed, total }: IJobProgress,
  trans: TranslationBundle
): string {
  return total ? trans.__('%1 of %2 cells', completed, total) : trans.__('Its kernel starts…');
}

/**
 * The attempts at a job before the present one; all of them have failed.
 */
export function earlierAttempts({ attempt, attempts }: IJob): IAttempt[] {
  return (attempts ?? []).filter(({ number }) => number < attempt);
}

/**
 * The kernel of a job, and how it was started where there was a choice.
 */
export function kernelOf({ kernel_name, kernel_start }: IJob, trans: TranslationBundle): string {
  if (kernel_start === 'warm') {
    return trans.__('%1, which was ready and waiting', kernel_name);
  }
  if (kernel_start === 'fork') {
    return trans.__('%1, started at once as a copy of a ready one', kernel_name);
  }
  return kernel_start === null ? kernel_name : trans.__('%1, started for this job', kernel_name);
}

/**
 * How many seconds a job took, or has taken until *now*; null before it began.
 */
export function secondsOf(job: IJob, now: number): number | null {
  if (!job.started_at) {
    return null;
  }
  const end = job.ended_at ? Date.parse(job.ended_at) : now;
  return Math.max(0, (end - Date.parse(job.started_at)) / 1000);
}
