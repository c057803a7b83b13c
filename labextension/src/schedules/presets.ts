/**
 * The rules that have a name, converted between form data and cron; pure.
 */

/**
 * How a rule is chosen: a preset, an interval in one of three units, or *custom*, which is cron.
 */
export type Frequency =
  | 'hourly'
  | 'daily'
  | 'weekdays'
  | 'weekly'
  | 'monthly'
  | 'seconds'
  | 'minutes'
  | 'hours'
  | 'custom';

/**
 * The form data of a rule; *frequency* decides which of them count.
 */
export interface IRule {
  frequency: Frequency;
  /** Of an hour. */
  minute: number;
  /** Such as 09:00. */
  time: string;
  /** Of the week; 0 is Sunday. */
  days: ReadonlyArray<number>;
  /** Of the month, 1 to 31 or L for the last. */
  day: string;
  /** How many seconds, minutes or hours. */
  every: number;
  cron: string;
}

/**
 * How many seconds each unit of an interval has.
 */
export const UNITS: Readonly<Partial<Record<Frequency, number>>> = {
  hours: 3600,
  minutes: 60,
  seconds: 1
};

const ALIASES: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *'
};
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEKDAYS = [1, 2, 3, 4, 5];

/**
 * The five fields of cron for *rule*; null for an interval.
 */
export function cronOf({ frequency, minute, time, days, day, cron }: IRule): string | null {
  const [hour, minutes] = time.split(':').map(Number);
  const at = `${minutes} ${hour}`;
  switch (frequency) {
    case 'hourly':
      return `${minute} * * * *`;
    case 'daily':
      return `${at} * * *`;
    case 'weekdays':
      return `${at} * * 1-5`;
    case 'weekly':
      return `${at} * * ${[...days].sort().join(',')}`;
    case 'monthly':
      return `${at} ${day} * *`;
    case 'custom':
      return cron.trim();
    default:
      return null;
  }
}

/**
 * The seconds of the interval that *rule* is; null for cron.
 */
export function intervalOf({ frequency, every }: IRule): number | null {
  const unit = UNITS[frequency];
  return unit === undefined ? null : every * unit;
}

/**
 * The form data of a cron expression: a preset if there is one for it.
 */
export function ruleOfCron(cron: string): Partial<IRule> {
  const fields = (ALIASES[cron.trim().toLowerCase()] ?? cron.trim()).split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const custom: Partial<IRule> = { frequency: 'custom', cron };
  if (fields.length !== 5 || month !== '*' || !isNumber(minute, 59)) {
    return custom;
  }
  if ([hour, day, weekday].every(field => field === '*')) {
    return { frequency: 'hourly', minute: Number(minute) };
  }
  if (!isNumber(hour, 23)) {
    return custom;
  }
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  return day === '*' ? (weekly(weekday, time) ?? custom) : (monthly(day, weekday, time) ?? custom);
}

/**
 * The form data of an interval of *seconds*.
 */
export function ruleOfInterval(seconds: number): Partial<IRule> {
  const units = Object.entries(UNITS) as [Frequency, number][];
  const [frequency, unit] = units.find(([, size]) => seconds % size === 0)!;
  return { frequency, every: seconds / unit };
}

function weekly(weekday: string, time: string): Partial<IRule> | null {
  if (weekday === '*') {
    return { frequency: 'daily', time };
  }
  const days = daysOf(weekday);
  if (days === null) {
    return null;
  }
  return days.join() === WEEKDAYS.join()
    ? { frequency: 'weekdays', time }
    : { frequency: 'weekly', time, days };
}

function monthly(day: string, weekday: string, time: string): Partial<IRule> | null {
  if (weekday !== '*' || !(day === 'L' || (isNumber(day, 31) && Number(day) > 0))) {
    return null;
  }
  return { frequency: 'monthly', time, day: day === 'L' ? day : `${Number(day)}` };
}

/** The days that a list such as 1,3 or mon-fri names, in order; null if it is another rule. */
function daysOf(list: string): number[] | null {
  const days = new Set<number>();
  for (const part of list.toLowerCase().split(',')) {
    const [first = NaN, last = first, ...more] = part.split('-').map(dayOf);
    if (more.length > 0 || !(first <= last)) {
      return null;
    }
    for (let day = first; day <= last; day++) {
      days.add(day % 7);
    }
  }
  return [...days].sort();
}

function dayOf(name: string): number {
  return /^[0-7]$/.test(name) ? Number(name) : NAMES.includes(name) ? NAMES.indexOf(name) : NaN;
}

function isNumber(text: string, most: number): boolean {
  return /^\d\d?$/.test(text) && Number(text) <= most;
}
