/**
 * The list is narrowed here as the server narrows it.
 */
import { matches } from '../../src/jobs/status';
import { job } from './server';

const found = job('weekly', 'FAILED', {
  parameters: { year: 2026, region: 'US' },
  message: 'Cell 3: ValueError: no such day'
});

describe('A search', () => {
  it.each([
    'WEEK',
    '.ipynb',
    'year = 2026',
    'year=2026',
    'region = us',
    'region = "US"',
    'valueerror'
  ])('finds a job by %s', q =>
    expect(matches(found, { q, statuses: [], notebook: null })).toBe(true)
  );

  it.each(['daily', 'year = 2025', 'region = S'])('does not find it by %s', q =>
    expect(matches(found, { q, statuses: [], notebook: null })).toBe(false)
  );
});
