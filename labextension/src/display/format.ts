/**
 * Times, lengths of time and sizes in words and numbers, for people.
 */
import { Time } from '@jupyterlab/coreutils';

/**
 * Seconds as a clock shows them: 0:31, 12:05, 1:02:03.
 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60)];
  return hours
    ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/**
 * A length of time where fractions of a second matter: 35 ms, 2.4 s, 1:05.
 */
export function fineDuration(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  return seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/**
 * A moment as seen from now: 2m ago.
 */
export function ago(at: string): string {
  return Time.formatHuman(at, 'narrow');
}

/**
 * A moment in the person's own time zone, which it names.
 */
export function moment(at: string): string {
  return new Intl.DateTimeFormat(language(), {
    dateStyle: 'medium',
    timeStyle: 'long'
  }).format(new Date(at));
}

/**
 * A size in bytes, in the unit that people would use.
 */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 && power ? 1 : 0)} ${units[power]}`;
}

/**
 * The person's own language, as JupyterLab has set it.
 */
export function language(): string {
  return document.documentElement.lang || 'en';
}
