/**
 * What people are told of jobs that were submitted, or have ended; pure.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJob } from '../api/jobs';
import { fineDuration } from '../display/format';
import type { IEnded } from './endings';
import { reasonOf, secondsOf } from './format';

/**
 * That *jobs* were submitted.
 */
export function submittedWords(jobs: ReadonlyArray<IJob>, trans: TranslationBundle): string {
  const [job] = jobs;
  return job && jobs.length === 1
    ? trans.__('“%1” was submitted, and runs on the server.', job.name)
    : trans.__('%1 notebooks were submitted, and run on the server.', jobs.length);
}

/**
 * That jobs have ended: a sentence for one, and how many of each kind for several.
 */
export function endedWords({ jobs, wasAway }: IEnded, trans: TranslationBundle): string {
  const [job] = jobs;
  if (job && jobs.length === 1) {
    const words = wordsOf(job, trans);
    return wasAway ? trans.__('While you were away: %1', words) : words;
  }
  const counts = countWords(jobs, trans);
  return wasAway
    ? trans.__('While you were away: %1', counts)
    : trans.__('%1 notebook tasks have ended: %2', jobs.length, counts);
}

function wordsOf(job: IJob, trans: TranslationBundle): string {
  if (job.status === 'FAILED') {
    return trans.__('“%1” failed: %2', job.name, reasonOf(job, trans));
  }
  return job.status === 'COMPLETED'
    ? trans.__('“%1” has completed in %2.', job.name, fineDuration(secondsOf(job, Date.now()) ?? 0))
    : trans.__('“%1” was cancelled.', job.name);
}

function countWords(jobs: ReadonlyArray<IJob>, trans: TranslationBundle): string {
  const count = (status: string): number => jobs.filter(job => job.status === status).length;
  const [completed, failed, cancelled] = [count('COMPLETED'), count('FAILED'), count('CANCELLED')];
  const words = [
    completed && trans._n('%1 completed', '%1 completed', completed),
    failed && trans._n('%1 failed', '%1 failed', failed),
    cancelled && trans._n('%1 cancelled', '%1 cancelled', cancelled)
  ];
  return words.filter(Boolean).join(', ');
}
