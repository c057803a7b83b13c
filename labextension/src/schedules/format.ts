/**
 * A schedule in words and times, for people.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IOccurrence, IRecentOccurrence, ISchedule, ScheduleState } from '../api/schedules';
import { language } from '../display/format';
import { statusName } from '../jobs/format';
import type { OccurrenceResult } from './status';
import { resultOf } from './status';
import { isZone, ownZone } from './zones';

/** A unit, its seconds, and the number of seconds from which on it is used. */
const UNITS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number, number]> = [
  ['day', 86_400, 171_000],
  ['hour', 3600, 5400],
  ['minute', 60, 0]
];

/**
 * The name of a state.
 */
export function stateName(state: ScheduleState, trans: TranslationBundle): string {
  const names: Record<ScheduleState, string> = {
    ACTIVE: trans.__('Active'),
    PAUSED: trans.__('Paused'),
    ENDED: trans.__('Ended')
  };
  return names[state];
}

/**
 * The name of a result.
 */
export function resultName(result: OccurrenceResult, trans: TranslationBundle): string {
  switch (result) {
    case 'QUEUED':
      return trans.__('Queued');
    case 'SKIPPED':
      return trans.__('Skipped');
    case 'MISSED':
      return trans.__('Missed');
    case 'GONE':
      return trans.__('Job deleted');
    default:
      return statusName(result, trans);
  }
}

/**
 * The last ten: how many of each result.
 */
export function recentWords(
  recent: ReadonlyArray<IRecentOccurrence>,
  trans: TranslationBundle
): string {
  const counts = new Map<OccurrenceResult, number>();
  for (const occurrence of recent) {
    const result = resultOf(occurrence, occurrence.status);
    counts.set(result, (counts.get(result) ?? 0) + 1);
  }
  const words = [...counts].map(([result, count]) => `${resultName(result, trans)}: ${count}`);
  return trans._n('The last run: %2', 'The last %1: %2', recent.length, words.join(', '));
}

/**
 * A moment to come as seen from *now*, milliseconds: in 3h.
 */
export function until(at: string, now: number, trans: TranslationBundle): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (seconds <= 0) {
    return trans.__('now');
  }
  if (seconds < 60) {
    return trans.__('in under 1 min.');
  }
  const [unit, length] = UNITS.find(([, , from]) => seconds >= from) ?? ['minute', 60];
  const words = new Intl.RelativeTimeFormat(language(), { style: 'short' });
  return words.format(Math.round(seconds / length), unit);
}

/**
 * A moment as the clocks of *zone* show it; as the person's own where the browser has no such zone.
 */
export function zoned(at: string, zone: string | null | undefined): string {
  const hasSeconds = Date.parse(at) % 60_000 !== 0;
  return new Intl.DateTimeFormat(language(), {
    timeZone: zone && isZone(zone) ? zone : ownZone(),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(hasSeconds && { second: '2-digit' }),
    timeZoneName: 'short'
  }).format(new Date(at));
}

/**
 * The place whose clock a rule follows; null for an interval, which needs none.
 */
export function placeOf({ cron, timezone }: ISchedule): string | null {
  return cron && timezone && city(timezone);
}

/**
 * The nominal time of an occurrence in *zone*, and how many it stands for.
 */
export function nominalWords(
  { count, nominal_time, until: last }: IOccurrence,
  zone: string | null | undefined,
  trans: TranslationBundle
): string {
  const first = zoned(nominal_time, zone);
  return count > 1 ? trans.__('%1 until %2, %3 times', first, zoned(last, zone), count) : first;
}

/**
 * Seconds in the unit that people would use: 60 s, 15 min, 2 h.
 */
export function span(seconds: number): string {
  const units: ReadonlyArray<[string, number]> = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1]
  ];
  const [unit, length] = units.find(([, size]) => seconds && seconds % size === 0) ?? ['second', 1];
  const style = { style: 'unit', unit, unitDisplay: 'short' } as const;
  return new Intl.NumberFormat(language(), style).format(seconds / length);
}

/** A zone in a word. */
function city(zone: string): string {
  return (zone.split('/').pop() ?? zone).replace(/_/g, ' ');
}
