/**
 * Texts that name the time for which a notebook is scheduled; pure.
 */
import type { RJSFSchema } from '@rjsf/utils';
import type { IParameter, IParameters } from '../api/parameters';
import type { FormData, IForm } from '../forms/form';

/**
 * How the day of a run is written, and its time.
 */
export const DAY_FIELD = '{nominal_time:%Y-%m-%d}';
export const TIME_FIELD = '{nominal_time:%H:%M}';

const TEMPLATE_FIELD = /\{nominal_time(:[^{}]*)?\}/;
const DATED = ['date', 'datetime'];

/**
 * Whether any parameter is a text or a date, which may name that time.
 */
export function acceptTemplates({ parameters }: IParameters): boolean {
  return parameters.some(({ type, choices }) => !choices && ['str', ...DATED].includes(type));
}

/**
 * *form* with dates written as texts, because no calendar has such a day.
 */
export function withTemplates(form: IForm, { parameters }: IParameters): IForm {
  const names = parameters.filter(isDated).map(({ name }) => name);
  const { properties = {} } = form.schema;
  const texts = names.map(name => {
    const { format, ...field } = properties[name] as RJSFSchema;
    return [name, format === undefined ? properties[name]! : field] as const;
  });
  const looks = names.map(name => {
    const { 'ui:options': options, ...look } = form.uiSchema[name] as Record<string, unknown>;
    return [name, options === undefined ? form.uiSchema[name] : look] as const;
  });
  return {
    schema: { ...form.schema, properties: { ...properties, ...Object.fromEntries(texts) } },
    uiSchema: { ...form.uiSchema, ...Object.fromEntries(looks) }
  };
}

/**
 * The names of the texts and dates among *values* that only the server can fill in and check.
 */
export function templatedNames({ parameters }: IParameters, values: FormData): string[] {
  return parameters
    .map(({ name }) => name)
    .filter(name => typeof values[name] === 'string' && TEMPLATE_FIELD.test(values[name]));
}

function isDated({ type, choices }: IParameter): boolean {
  return DATED.includes(type) && !choices;
}
