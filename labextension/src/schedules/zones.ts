/**
 * Time zones, and what a clock in one of them shows.
 */

/**
 * The time zone of the person.
 */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
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
