/**
 * Time zones, and what a clock in one of them shows.
 */
import { isZone, wallTime, matchZone, zones } from '../../src/schedules/zones';

describe('zones()', () => {
  it('offers UTC, and each zone once', () => {
    expect(zones()).toEqual(expect.arrayContaining(['Europe/Berlin', 'UTC']));
    expect(new Set(zones()).size).toBe(zones().length);
  });
});

describe('zoneMeant()', () => {
  it.each([
    ['new york', 'America/New_York'],
    [' BERLIN ', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['CET', 'CET'],
    ['Europe/', 'Europe/'],
    ['Nowhere', 'Nowhere'],
    ['', '']
  ])('takes %j for %j', (text, zone) => {
    expect(matchZone(text)).toBe(zone);
  });
});

describe('wallTime()', () => {
  it.each([
    ['2026-11-21T08:00:00.000Z', 'Europe/Berlin', '2026-11-21T09:00'],
    ['2026-07-21T22:00:05+00:00', 'Europe/Berlin', '2026-07-22T00:00:05'],
    ['2026-01-01T00:30:00Z', 'America/New_York', '2025-12-31T19:30']
  ])('shows %s in %s as a clock there does', (at, zone, shown) => {
    expect(wallTime(at, zone)).toBe(shown);
  });
});

describe('isZone()', () => {
  it('knows a zone from anything else', () => {
    expect([isZone('Asia/Tokyo'), isZone('Nowhere'), isZone('')]).toEqual([true, false, false]);
  });
});
