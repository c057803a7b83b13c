/**
 * A job in words and numbers, for people.
 */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAttempt, ICellState, IJob, Status } from '../tokens';

/**
 * The name of a status.
 */
export function statusName(status: Status, trans: TranslationBundle): string {
  const names: Record<Status, string> = {
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
  const what = `${ename} ${evalue.split('\n')[0] ?? ''}`.trim();
  return trans.__('cell %1: %2', cell + 1, what);
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
    return trans.__('%1, ready before the job came', kernel_name);
  }
  if (kernel_start === 'fork') {
    return trans.__('%1, forked', kernel_name);
  }
  const why = kernel_start?.replace(/^cold: /, '');
  return why ? trans.__('%1, started afresh: %2', kernel_name, why) : kernel_name;
}

/**
 * Seconds as a clock shows them: 0:31, 12:05, 1:02:03.
 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60)];
  return hours
    ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/**
 * A length of time where fractions of a second matter: 35 ms, 2.4 s, 1:05.
 */
export function fineDuration(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  return seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds);
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

/**
 * A moment as seen from now: 2m ago.
 */
export function ago(at: string): string {
  return Time.formatHuman(at, 'narrow');
}

/**
 * A moment in the person's own time zone, which it names.
 */
export function moment(at: string): string {
  const language = document.documentElement.lang || 'en';
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'long'
  }).format(new Date(at));
}

/**
 * Bytes as people say them.
 */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 && power ? 1 : 0)} ${units[power]}`;
}
