/**
 * Converts between the parameters of a notebook and a form: which field a parameter gets, and which
 * value is sent.
 */
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import type { RJSFSchema } from '@rjsf/utils';
import type { IParameter, IParameters } from '../api/parameters';
import type { FormData, IForm, UiSchema } from '../forms/form';

/**
 * The values to send, and the names of the fields whose text is not valid JSON.
 */
export interface IFormValues {
  values: FormData;
  invalid: string[];
}

const SCALARS = ['str', 'int', 'float', 'bool', 'date'];
const MOST_ROWS = 12;
const NAIVE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;

/**
 * The form for *parameters*, in the order of the cell; *values* are to be shown at first.
 */
export function formOf(
  { parameters, schema }: IParameters,
  values: Readonly<FormData> = {}
): IForm {
  const fields = propertiesOf(schema);
  const properties: Record<string, RJSFSchema> = {};
  const uiSchema: UiSchema = { 'ui:order': parameters.map(({ name }) => name) };
  for (const parameter of parameters) {
    properties[parameter.name] = fieldOf(parameter, fields[parameter.name] ?? {});
    const shown = values[parameter.name] ?? parameter.default;
    uiSchema[parameter.name] = appearanceOf(parameter, shown);
  }
  return { schema: { type: 'object', properties }, uiSchema };
}

/**
 * What the form shows at first: the defaults, and over them *values*.
 */
export function initialData(
  { parameters }: IParameters,
  values: Readonly<FormData> = {}
): FormData {
  const data: FormData = {};
  for (const parameter of parameters) {
    const { name } = parameter;
    const value = name in values ? values[name] : parameter.default;
    if (value !== null && value !== undefined) {
      data[name] = isText(parameter) ? textOf(value, parameter) : value;
    }
  }
  return data;
}

/**
 * The values of all fields. An empty field is null where there is another default to override, and
 * is left out where there is none.
 */
export function readData({ parameters }: IParameters, data: Readonly<FormData>): IFormValues {
  const values: FormData = {};
  const invalid: string[] = [];
  for (const parameter of parameters) {
    const { name } = parameter;
    const value = data[name];
    const isEmpty =
      value === undefined || value === null || (value === '' && parameter.type !== 'str');
    if (isEmpty) {
      if (parameter.nullable && (parameter.required || parameter.default !== null)) {
        values[name] = null;
      }
    } else if (isText(parameter)) {
      try {
        values[name] = valueOf(value as string, parameter);
      } catch {
        invalid.push(name);
      }
    } else {
      values[name] = Array.isArray(value) ? elementsOf(value, parameter) : value;
    }
  }
  return { values, invalid };
}

/**
 * Those of *values* that are not the defaults; the notebook's own defaults may change later.
 */
export function changedValues({ parameters }: IParameters, values: Readonly<FormData>): FormData {
  const defaults = new Map(
    parameters.filter(({ required }) => !required).map(one => [one.name, one.default])
  );
  const changed = Object.entries(values).filter(
    ([name, value]) =>
      !defaults.has(name) ||
      !JSONExt.deepEqual(
        value as ReadonlyPartialJSONValue,
        defaults.get(name) as ReadonlyPartialJSONValue
      )
  );
  return Object.fromEntries(changed);
}

/**
 * The schema for the values: that of the server; a field that has a default must not be emptied.
 */
export function valuesSchema({ parameters, schema }: IParameters): RJSFSchema {
  const fields = propertiesOf(schema);
  const properties: Record<string, RJSFSchema> = {};
  const required: string[] = [];
  for (const { name, nullable, default: default_, ...parameter } of parameters) {
    const { format, ...field } = fields[name] ?? {};
    // Draft 7 demands a time zone, which most moments in notebooks do not have.
    properties[name] =
      format === undefined || format === 'date-time' ? field : { ...field, format };
    if (!nullable && (parameter.required || default_ !== null)) {
      required.push(name);
    }
  }
  return { type: 'object', properties, required };
}

/** The elements of a list; a field without a text is an empty text. */
function elementsOf(shown: ReadonlyArray<unknown>, { items }: IParameter): unknown[] {
  return shown.map(element => (items === 'str' ? (element ?? '') : element));
}

function propertiesOf(schema: IParameters['schema']): Record<string, RJSFSchema> {
  return (schema['properties'] ?? {}) as Record<string, RJSFSchema>;
}

/** Whether the value is written as JSON: nothing else has a field of its own. */
function isText({ type, items, choices }: IParameter): boolean {
  const hasItems = type === 'list' && SCALARS.includes(items ?? '');
  return ['any', 'list', 'dict'].includes(type) && !hasItems && !choices?.length;
}

function fieldOf(parameter: IParameter, { default: default_, ...field }: RJSFSchema): RJSFSchema {
  const { title, description } = field;
  const labels = { title: title ?? parameter.name, ...(description && { description }) };
  if (isText(parameter) || parameter.type === 'datetime') {
    return { ...labels, type: 'string' };
  }
  if (parameter.nullable) {
    const { enum: choices, type, ...rest } = field;
    const types = [type].flat().filter(name => name !== undefined && name !== 'null');
    return {
      ...rest,
      ...(types[0] && { type: types[0] }),
      ...(choices && { enum: choices.filter(choice => choice !== null) })
    };
  }
  // Only a select needs its default, not to offer an empty choice; a field that was emptied
  // would take it again.
  return field.enum && default_ !== undefined ? { ...field, default: default_ } : field;
}

function appearanceOf(parameter: IParameter, shown: unknown): UiSchema {
  const { type, nullable, source, name, default: default_ } = parameter;
  const assigned = source.slice(source.indexOf('=', name.length) + 1).trim();
  const isComputed = default_ === null && !parameter.required;
  const placeholder = isComputed ? assigned : nullable ? 'null' : undefined;
  const look: UiSchema = placeholder ? { 'ui:placeholder': placeholder } : {};
  if (type === 'str' && !parameter.choices?.length && isOfSeveralLines(shown)) {
    // An input of one line would take the breaks away.
    look['ui:widget'] = 'textarea';
    look['ui:options'] = { rows: Math.min(shown.split('\n').length + 1, MOST_ROWS) };
  }
  if (isText(parameter)) {
    look['ui:widget'] = type === 'any' ? 'text' : 'textarea';
    look['ui:options'] = { rows: 2 };
  } else if (type === 'datetime' && (default_ === null || NAIVE.test(default_ as string))) {
    look['ui:options'] = { inputType: 'datetime-local' };
  } else if (type === 'bool') {
    look['ui:widget'] = nullable ? 'select' : 'checkbox';
    look['ui:options'] = { label: false };
  } else if (type === 'str' && !nullable) {
    look['ui:emptyValue'] = '';
  }
  return look;
}

function isOfSeveralLines(value: unknown): value is string {
  return typeof value === 'string' && /[\n\r]/.test(value);
}

function textOf(value: unknown, { type }: IParameter): string {
  return type === 'any' && typeof value === 'string' && !isJson(value)
    ? value
    : JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}

function valueOf(text: string, { type }: IParameter): unknown {
  return type === 'any' && !isJson(text) ? text : (JSON.parse(text) as unknown);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
