/**
 * What is compared with what, in a word that a page can be found by.
 */

/**
 * What a thing is compared with if it is no other one: a snapshot with the notebook as it is on
 * screen, or with the file; a job with the run before it.
 */
export const SCREEN = 'screen';
export const FILE = 'file';
export const LAST = 'last';

/**
 * A snapshot or a job, and the other one.
 */
export interface ISubject {
  kind: 'snapshot' | 'job';
  id: string;
  other: string;
}

/**
 * The word for a subject.
 */
export function keyOf({ id, kind, other }: ISubject): string {
  return [kind, id, other].join('.');
}

/**
 * The subject that a word stands for.
 */
export function subjectOf(key: string): ISubject {
  const [kind, id = '', other = ''] = key.split('.');
  return { kind: kind === 'job' ? 'job' : 'snapshot', id, other };
}
