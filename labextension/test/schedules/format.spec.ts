/**
 * What is said of schedules, and what is asked of them.
 */
import { nullTranslator } from '@jupyterlab/translation';
import { nominalWords, placeOf, recentWords, span, until, zoned } from '../../src/schedules/format';
import { hasPausedItself, matches, resultOf } from '../../src/schedules/status';
import { upcomingOf } from '../../src/schedules/upcoming';
import { at, occurrence, schedule } from './scheduleserver';

const trans = nullTranslator.load('');
const NOW = Date.parse(at(0));

describe('until', () => {
  it.each([
    [0, 'now'],
    [0.5, 'in under 1 min.'],
    [59, 'in 59 min.'],
    [89, 'in 89 min.'],
    [3 * 60, 'in 3 hr.'],
    [47 * 60, 'in 47 hr.'],
    [48 * 60, 'in 2 days']
  ])('says %d minutes ahead: %s', (minutes, words) => {
    expect(until(at(minutes), NOW, trans)).toBe(words);
  });
});

describe('zoned', () => {
  it('shows the clock of the zone, with seconds where there are any', () => {
    expect(zoned(at(0), 'Asia/Tokyo')).toBe('Sat, Nov 21, 2026, 09:00 AM GMT+9');
    expect(zoned(at(0.5), 'UTC')).toBe('Sat, Nov 21, 2026, 12:00:30 AM UTC');
  });

  it('shows the clock of the person where the browser has no such zone', () => {
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(zoned(at(0), 'Moon/Tycho')).toBe(zoned(at(0), own));
  });
});

describe('What is said', () => {
  it('names the city of a rule, and of an interval none', () => {
    expect(placeOf(schedule('a', { timezone: 'America/New_York' }))).toBe('New York');
    expect(placeOf(schedule('a', { cron: null, interval: 60 }))).toBeNull();
  });

  it('counts the last ten by what came of them', () => {
    const recent = [
      occurrence(4, { status: 'COMPLETED' }),
      occurrence(3, { state: 'skipped', job_id: null }),
      occurrence(2, { status: 'COMPLETED' }),
      occurrence(1)
    ];
    expect(recentWords(recent, trans)).toBe('The last 4: Completed: 2, Skipped: 1, Job deleted: 1');
  });

  it('says of how many times an occurrence is', () => {
    const one = occurrence(0, { until: at(60), count: 7 });
    expect(nominalWords(one, 'UTC', trans)).toMatch(/^Sat.* until Sat.* 01:00 AM UTC, 7 times$/);
  });

  it.each([
    [0, '0 sec'],
    [90, '90 sec'],
    [900, '15 min'],
    [7200, '2 hr'],
    [86_400, '1 day']
  ])('says %d seconds: %s', (seconds, words) => {
    expect(span(seconds)).toBe(words);
  });
});

describe('How a schedule stands', () => {
  it('has a result for each occurrence', () => {
    expect(resultOf(occurrence(1), 'FAILED')).toBe('FAILED');
    expect(resultOf(occurrence(1), null)).toBe('GONE');
    expect(resultOf(occurrence(1, { state: 'missed' }), null)).toBe('MISSED');
  });

  it('has given up if it is paused with a message, and was not before', () => {
    const paused = schedule('a', { state: 'PAUSED', message: 'why' });
    expect(hasPausedItself(paused, schedule('a'))).toBe(true);
    expect(hasPausedItself(paused, undefined)).toBe(true);
    expect(hasPausedItself(paused, paused)).toBe(false);
    expect(hasPausedItself(schedule('a', { state: 'PAUSED' }), schedule('a'))).toBe(false);
  });

  it('is one that the filter looks at, or not', () => {
    const one = schedule('a');
    expect(matches(one, { notebook: 'a.ipynb', state: 'ACTIVE' })).toBe(true);
    expect(matches(one, { notebook: 'b.ipynb', state: null })).toBe(false);
    expect(matches(one, { notebook: null, state: 'PAUSED' })).toBe(false);
  });
});

describe('upcomingOf', () => {
  it('asks for the next five, or as many as there may be', () => {
    expect(upcomingOf(schedule('a'))?.count).toBe(5);
    expect(upcomingOf(schedule('a', { max_occurrences: 7, occurrences: 4 }))?.count).toBe(3);
    expect(upcomingOf(schedule('a', { max_occurrences: 7, occurrences: 7 }))).toBeNull();
    expect(upcomingOf(schedule('a', { state: 'PAUSED' }))).toBeNull();
  });

  it('counts an interval from when it was made, unless it has a start', () => {
    const interval = { cron: null, interval: 900, created_at: '2026-11-21T08:00:07.321Z' };
    expect(upcomingOf(schedule('a', interval))?.start).toBe('2026-11-21T08:00:07Z');
    expect(upcomingOf(schedule('a', { ...interval, start: at(1) }))?.start).toBe(at(1));
    expect(upcomingOf(schedule('a'))?.start).toBeNull();
  });
});
