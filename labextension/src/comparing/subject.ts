/**
 * What is compared with what, in a word that a page can be found by.
 */

/**
 * A snapshot or a job, and the other one.
 */
export interface IComparisonSubject {
  kind: 'snapshot' | 'job';
  id: string;
  other: string;
}

/**
 * The word for a subject.
 */
export function keyOf({ id, kind, other }: IComparisonSubject): string {
  return [kind, id, other].join('.');
}

/**
 * The subject that a word stands for.
 */
export function subjectOf(key: string): IComparisonSubject {
  const [kind, id = '', other = ''] = key.split('.');
  return { kind: kind === 'job' ? 'job' : 'snapshot', id, other };
}
