/**
 * The forms below "On a schedule": the rule, and the limits of it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RJSFSchema } from '@rjsf/utils';
import type { IForm, UiSchema } from '../forms/form';
import type { Frequency } from './presets';
import { ZoneInput } from './zoneinput';
import { dayNames } from './zones';

/** Monday first. */
const DAYS = [1, 2, 3, 4, 5, 6, 0];
const LAST = 'L';

/** The fields for the time, besides the zone. */
const FIELDS: Record<Frequency, ReadonlyArray<string>> = {
  hourly: ['minute'],
  daily: ['time'],
  weekdays: ['time'],
  weekly: ['days', 'time'],
  monthly: ['day', 'time'],
  seconds: ['every'],
  minutes: ['every'],
  hours: ['every'],
  custom: ['cron']
};

/**
 * The fields of a rule of this frequency; *notebook* is the name of a schedule that has none,
 * null where there are several notebooks.
 */
export function ruleForm(
  frequency: Frequency,
  notebook: string | null,
  trans: TranslationBundle
): IForm {
  const all = { ...frequencyField(frequency, trans), ...whenFields(frequency, trans) };
  const names = [
    ...(notebook === null ? [] : ['name']),
    'frequency',
    ...FIELDS[frequency],
    'timezone'
  ];
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(names.map(name => [name, all[name]!])),
      required: names.slice(names.indexOf('frequency'))
    },
    uiSchema: ruleAppearance(notebook)
  };
}

/**
 * The fields of the limits; *timezone* is that of the start and the end.
 */
export function limitsForm(timezone: string, trans: TranslationBundle): IForm {
  const zoned = trans.__('A time in %1.', timezone);
  const properties: Record<string, RJSFSchema> = {
    start: { title: trans.__('Start'), description: zoned, type: 'string' },
    end: { title: trans.__('End'), description: zoned, type: 'string' },
    max_occurrences: {
      title: trans.__('At most'),
      description: trans.__('It ends after this many times.'),
      type: 'integer',
      minimum: 1
    },
    overlap: choice(trans.__('If the last one still runs'), {
      skip: trans.__('Skip this time'),
      queue: trans.__('Wait until it is over'),
      allow: trans.__('Start anyway'),
      cancel_running: trans.__('Cancel it and start')
    }),
    catch_up: choice(trans.__('If the server was down'), {
      latest: trans.__('Run the latest that was missed'),
      skip: trans.__('Skip what was missed'),
      all: trans.__('Run all that were missed, up to 100')
    }),
    grace: {
      title: trans.__('Grace'),
      description: trans.__('How many seconds late it may start without counting as missed.'),
      type: 'integer',
      minimum: 0
    },
    max_consecutive_failures: {
      title: trans.__('Pause after'),
      description: trans.__('This many failures in a row; leave it empty for never.'),
      type: 'integer',
      minimum: 1
    }
  };
  const moment = { 'ui:options': { inputType: 'datetime-local' } };
  return {
    schema: { type: 'object', properties },
    uiSchema: {
      start: moment,
      end: moment,
      max_occurrences: { 'ui:placeholder': trans.__('Without end') },
      grace: { 'ui:placeholder': '60' },
      max_consecutive_failures: { 'ui:placeholder': trans.__('Never') }
    }
  };
}

function frequencyField(
  frequency: Frequency,
  trans: TranslationBundle
): Record<string, RJSFSchema> {
  const names: Partial<Record<Frequency, string>> = {
    hourly: trans.__('Every hour'),
    daily: trans.__('Every day'),
    weekdays: trans.__('Every weekday, Monday to Friday'),
    weekly: trans.__('Every week'),
    monthly: trans.__('Every month'),
    minutes: trans.__('Every so many minutes'),
    hours: trans.__('Every so many hours'),
    // It is not offered for new schedules, but a schedule may have been made elsewhere.
    ...(frequency === 'seconds' && { seconds: trans.__('Every so many seconds') }),
    custom: trans.__('Custom (cron)')
  };
  return { frequency: choice(trans.__('Repeat'), names) };
}

function whenFields(frequency: Frequency, trans: TranslationBundle): Record<string, RJSFSchema> {
  const names = dayNames();
  const dates = Array.from({ length: 31 }, (_, index) => `${index + 1}`);
  const units: Partial<Record<Frequency, string>> = {
    seconds: trans.__('Seconds'),
    minutes: trans.__('Minutes'),
    hours: trans.__('Hours')
  };
  return {
    name: { title: trans.__('Name'), type: 'string', maxLength: 200 },
    minute: {
      title: trans.__('At minute'),
      description: trans.__('Of the hour: 0 is on the hour.'),
      type: 'integer',
      minimum: 0,
      maximum: 59
    },
    time: { title: trans.__('At'), type: 'string' },
    days: {
      title: trans.__('On'),
      type: 'array',
      uniqueItems: true,
      minItems: 1,
      items: enumeration(
        'integer',
        DAYS,
        DAYS.map(day => names[day]!)
      )
    },
    day: choice(
      trans.__('On day'),
      {
        ...Object.fromEntries(dates.map(date => [date, date])),
        [LAST]: trans.__('The last of the month')
      },
      trans.__('A month without this day is left out.')
    ),
    every: { title: units[frequency] ?? '', type: 'integer', minimum: 1 },
    cron: {
      title: trans.__('Cron'),
      description: trans.__(
        'Minute, hour, day of the month, month, day of the week; or @hourly to @yearly.'
      ),
      type: 'string'
    },
    timezone: { title: trans.__('Time zone'), type: 'string' }
  };
}

function ruleAppearance(notebook: string | null): UiSchema {
  return {
    name: { 'ui:placeholder': notebook ?? '' },
    time: { 'ui:options': { inputType: 'time' } },
    days: { 'ui:widget': 'checkboxes', 'ui:options': { inline: true } },
    cron: { 'ui:placeholder': '0 9 * * 1-5' },
    timezone: { 'ui:widget': ZoneInput }
  };
}

/** A select; the first choice is its default. */
function choice(
  title: string,
  choices: Partial<Record<string, string>>,
  description?: string
): RJSFSchema {
  const values = Object.keys(choices);
  return {
    title,
    ...(description && { description }),
    ...enumeration('string', values, Object.values(choices) as string[]),
    default: values[0]!
  };
}

// JupyterLab's forms do not read ui:enumNames.
function enumeration(
  type: 'string' | 'integer',
  values: ReadonlyArray<string | number>,
  enumNames: ReadonlyArray<string>
): RJSFSchema {
  return { type, enum: [...values], enumNames };
}
