/**
 * What the statuses of a job mean.
 */
import type { IJob, IJobFilter, JobStatus } from '../api/jobs';

/**
 * The statuses of a job that is not over.
 */
export const UNFINISHED: ReadonlyArray<JobStatus> = ['SUBMITTED', 'EXECUTING', 'CANCELLING'];

/**
 * The statuses of a job that has a place, and perhaps a kernel.
 */
export const RUNNING: ReadonlyArray<JobStatus> = ['EXECUTING', 'CANCELLING'];

/**
 * The statuses of a job that is over.
 */
export const FINAL: ReadonlyArray<JobStatus> = ['COMPLETED', 'FAILED', 'CANCELLED'];

/**
 * Whether a job of this status never changes again.
 */
export function isFinal(status: JobStatus): boolean {
  return !UNFINISHED.includes(status);
}

/**
 * Whether *job* was ever started, so that it may have an output.
 */
export function hasBegun({ started_at }: IJob): boolean {
  return started_at !== null;
}

/**
 * Whether *filter* lets *job* through, decided as the server does.
 */
export function matches(job: IJob, filter: IJobFilter): boolean {
  const q = filter.q.toLowerCase();
  const words = [job.name, job.notebook ?? '', job.message ?? '', ...valuesOf(job)];
  return (
    (!filter.statuses.length || filter.statuses.includes(job.status)) &&
    (filter.notebook === null || filter.notebook === job.notebook) &&
    words.some(text => text.toLowerCase().includes(q))
  );
}

/** The parameters and results in JSON, each also as people would write it. */
function valuesOf({ parameters = {}, results = {} }: Partial<IJob>): string[] {
  return [parameters, results].flatMap(Object.entries).flatMap(([name, value]) => {
    const json = JSON.stringify(value);
    const plain = typeof value === 'string' ? value : json;
    return [json, plain].flatMap(text => [`${name} = ${text}`, `${name}=${text}`]);
  });
}
