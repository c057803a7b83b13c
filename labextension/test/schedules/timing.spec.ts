/**
 * What is asked for of what a form holds, and what of it is different.
 */
import type { IScheduleRequest } from '../../src/api/schedules';
import {
  changesOf,
  limitsData,
  ruleData,
  timingOf,
  defaultRule,
  ruleAndLimitsOf
} from '../../src/schedules/timing';
import { schedule } from './schedules';

type Fields = Parameters<typeof schedule>[0];

/** What is asked for if the form of this schedule is sent as it is, but for *more*. */
function wanted(fields: Fields, more: Partial<IScheduleRequest> = {}): IScheduleRequest {
  const { notebook, parameters, ...known } = schedule(fields);
  const when = ruleAndLimitsOf(
    { ...ruleData(schedule(fields)) },
    { ...limitsData(schedule(fields)) }
  );
  const { kernel_name, timeout, max_attempts } = known;
  return { kernel_name, timeout, max_attempts, ...when, notebook, parameters, ...more };
}

describe('changesOf()', () => {
  it.each<[string, Fields]>([
    ['a preset', {}],
    ['an alias', { cron: '@daily' }],
    ['a cron expression', { cron: ' 0 9 * * 1#2' }],
    ['an interval', { cron: null, interval: 5400 }],
    ['bounds', { start: '2026-12-01T08:00:00+00:00', end: '2027-07-01T22:00:15+00:00' }],
    ['other limits', { max_occurrences: 3, max_consecutive_failures: null, grace: 0 }],
    ['a zone that no browser knows', { timezone: 'Factory', start: '2026-12-01T08:00:00+00:00' }]
  ])('finds none where nothing was filled in: %s', (_, fields) => {
    expect(changesOf(schedule(fields), wanted(fields))).toEqual({});
  });

  it('sends what is different, and nothing else', () => {
    const fields = { max_occurrences: 3 };
    const changes = { name: 'nightly', max_occurrences: null, parameters: { x: 2 } };

    expect(changesOf(schedule(fields), wanted(fields, changes))).toEqual(changes);
  });

  it('sends the bounds with another zone, where the same clock means another moment', () => {
    const fields = { start: '2026-12-01T08:00:00+00:00' };

    expect(changesOf(schedule(fields), wanted(fields, { timezone: 'Asia/Tokyo' }))).toEqual({
      timezone: 'Asia/Tokyo',
      start: '2026-12-01T09:00',
      end: null
    });
  });
});

describe('limitsData()', () => {
  it('shows bounds as the clock of the zone does', () => {
    const bounds = { start: '2026-12-01T08:00:00+00:00', end: '2027-07-01T22:00:15+00:00' };

    expect(limitsData(schedule(bounds))).toMatchObject({
      start: '2026-12-01T09:00',
      end: '2027-07-02T00:00:15'
    });
  });
});

describe('timingOf()', () => {
  it('asks for cron or for an interval, never for both', () => {
    const timing = { timezone: 'UTC', start: null, end: null };
    const rule = { ...defaultRule(), timezone: ' UTC ' };

    expect(timingOf(rule, {})).toEqual({ cron: '0 9 * * *', interval: null, ...timing });
    expect(timingOf({ ...rule, frequency: 'hours', every: 2 }, {})).toEqual({
      cron: null,
      interval: 7200,
      ...timing
    });
  });
});

describe('whenOf()', () => {
  it('means the usual or no limit by what is left empty', () => {
    const limits = { overlap: 'queue', catch_up: 'all' };

    expect(ruleAndLimitsOf({ ...defaultRule(), name: ' ' }, limits)).toMatchObject({
      name: null,
      grace: 60,
      max_occurrences: null,
      max_consecutive_failures: null,
      ...limits
    });
  });
});
