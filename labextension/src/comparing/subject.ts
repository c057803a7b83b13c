/**
 * What is compared with what, and the key by which its page can be found.
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
 * The key of a subject.
 */
export function keyOf({ id, kind, other }: IComparisonSubject): string {
  return [kind, id, other].join('.');
}

/**
 * The subject of a key.
 */
export function subjectOf(key: string): IComparisonSubject {
  const [kind, id = '', other = ''] = key.split('.');
  return { kind: kind === 'job' ? 'job' : 'snapshot', id, other };
}
