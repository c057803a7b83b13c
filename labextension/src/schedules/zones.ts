/**
 * Time zones, and what a clock in one of them shows.
 */
import { language } from '../display/format';

/**
 * The person's own time zone.
 */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * The time zones that the browser knows by their IANA names.
 */
export function zones(): string[] {
  return [...new Set([ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
}

/**
 * The time zone that *text* means: `new york` means `America/New_York`. A text that matches none,
 * or several, is returned as it is.
 */
export function matchZone(text: string): string {
  const part = text.trim().toLowerCase().replaceAll(' ', '_');
  const candidates = zones().filter(zone => zone.toLowerCase().includes(part));
  const exact = candidates.find(zone => zone.toLowerCase() === part);
  return exact ?? (candidates.length === 1 && !isZone(text) ? candidates[0]! : text);
}

/**
 * Whether the browser knows the time zone *name*; the server may know others.
 */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * What a clock in *zone* shows at *at*, such as 2026-11-21T09:00; with seconds if there are any.
 */
export function wallTime(at: string, zone: string): string {
  const format = new Intl.DateTimeFormat('sv', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium'
  });
  return format.format(new Date(at)).replace(' ', 'T').replace(/:00$/, '');
}

/**
 * The days of the week for people, beginning with Sunday.
 */
export function dayNames(): string[] {
  const format = new Intl.DateTimeFormat(language(), { weekday: 'short', timeZone: 'UTC' });
  // The 4th of January 1970 was a Sunday.
  return [4, 5, 6, 7, 8, 9, 10].map(day => format.format(Date.UTC(1970, 0, day)));
}
