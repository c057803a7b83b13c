/**
 * Converts between the data of the form for a schedule and requests to the server; pure.
 */
import type { ReadonlyJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import type { ISchedule, IScheduleRequest, ITiming } from '../api/schedules';
import type { FormData } from '../forms/form';
import type { IRule } from './presets';
import { cronOf, intervalOf, ruleOfCron, ruleOfInterval } from './presets';
import { isZone, ownZone, wallTime } from './zones';

/**
 * The fields of a schedule besides those that describe how its notebook runs.
 */
export type IRuleAndLimits = Omit<IScheduleRequest, 'notebook' | 'parameters'>;

/**
 * The form data of the rule: its fields, a name, and the zone of its times.
 */
export interface IRuleData extends IRule {
  name?: string;
  timezone: string;
}

/**
 * The form data of the limits; a start or an end is what a clock in the zone shows.
 */
export interface ILimitsData {
  start?: string;
  end?: string;
  max_occurrences?: number;
  overlap: string;
  catch_up: string;
  grace?: number;
  max_consecutive_failures?: number;
}

const GRACE = 60;

/**
 * The form data of a new schedule.
 */
export function defaultRule(): IRuleData {
  return {
    frequency: 'daily',
    minute: 0,
    time: '09:00',
    days: [1],
    day: '1',
    every: 15,
    cron: '0 9 * * *',
    timezone: ownZone()
  };
}

/**
 * The limits of a schedule for which none were given.
 */
export const DEFAULT_LIMITS: Readonly<ILimitsData> = {
  overlap: 'skip',
  catch_up: 'latest',
  grace: GRACE,
  max_consecutive_failures: 5
};

/**
 * The form data of *schedule*'s rule.
 */
export function ruleData({ cron, interval, name, timezone }: ISchedule): IRuleData {
  const rule = interval === null ? ruleOfCron(cron ?? '') : ruleOfInterval(interval);
  const text = cron ?? cronOf({ ...defaultRule(), ...rule }) ?? defaultRule().cron;
  return { ...defaultRule(), cron: text, ...rule, name, timezone: timezone ?? ownZone() };
}

/**
 * The form data of *schedule*'s limits.
 */
export function limitsData(schedule: ISchedule): ILimitsData {
  const { start, end, max_occurrences, max_consecutive_failures } = schedule;
  const zone = schedule.timezone ?? ownZone();
  return {
    ...(start !== null && { start: shownTime(start, zone) }),
    ...(end !== null && { end: shownTime(end, zone) }),
    ...(max_occurrences !== null && { max_occurrences }),
    overlap: schedule.overlap,
    catch_up: schedule.catch_up,
    grace: schedule.grace,
    ...(max_consecutive_failures !== null && { max_consecutive_failures })
  };
}

/**
 * The timing that the data of the form describe.
 */
export function timingOf(rule: FormData, { start, end }: FormData): ITiming {
  const data = rule as unknown as IRuleData;
  return {
    cron: cronOf(data),
    interval: intervalOf(data),
    timezone: data.timezone.trim(),
    start: (start as string | undefined) ?? null,
    end: (end as string | undefined) ?? null
  };
}

/**
 * The fields of a request besides the notebook and how it runs; an empty field is null.
 */
export function ruleAndLimitsOf(rule: FormData, limits: FormData): IRuleAndLimits {
  const { name } = rule as unknown as IRuleData;
  const { max_occurrences, overlap, catch_up, grace, max_consecutive_failures } =
    limits as unknown as ILimitsData;
  return {
    ...timingOf(rule, limits),
    name: name?.trim() || null,
    max_occurrences: max_occurrences ?? null,
    overlap: overlap as NonNullable<IRuleAndLimits['overlap']>,
    catch_up: catch_up as NonNullable<IRuleAndLimits['catch_up']>,
    grace: grace ?? GRACE,
    max_consecutive_failures: max_consecutive_failures ?? null
  };
}

/**
 * The part of *request* that is different from *schedule*.
 */
export function changesOf(
  schedule: ISchedule,
  request: IScheduleRequest
): Partial<IScheduleRequest> {
  const formValues = ruleAndLimitsOf(
    ruleData(schedule) as unknown as FormData,
    limitsData(schedule) as unknown as FormData
  );
  const before: object = { ...schedule, ...formValues };
  const isSame = (name: string, value: unknown): boolean =>
    JSONExt.deepEqual(value as ReadonlyJSONValue, before[name as keyof typeof before]);
  const changes = Object.entries(request).filter(([name, value]) => !isSame(name, value));
  const { start = null, end = null } = request;
  // The same time of day in another zone is another moment.
  return {
    ...Object.fromEntries(changes),
    ...(changes.some(([name]) => name === 'timezone') && { start, end })
  };
}

/**
 * The fields that a copy of *schedule* keeps although the form does not show them.
 */
export function hiddenFields(schedule: ISchedule): Partial<IScheduleRequest> {
  const { cell_timeout, priority, save_parameters, strict, env, tags } = schedule;
  return { cell_timeout, priority, save_parameters, strict, env, tags };
}

/** The clock of *zone* at *at*; the moment as it is where only the server knows the zone. */
function shownTime(at: string, zone: string): string {
  return isZone(zone) ? wallTime(at, zone) : at;
}
