/**
 * Checks the values of a form, and describes each error in a sentence.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { RJSFSchema, RJSFValidationError } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import type { Errors, FormData } from './form';

/**
 * Checks values against a schema.
 */
export const validator = customizeValidator<ReadonlyJSONObject>();

/**
 * Why *values* do not match *schema*: for each field the first reason.
 */
export function errorsOf(schema: RJSFSchema, values: FormData, trans: TranslationBundle): Errors {
  const errors: Errors = {};
  for (const error of validator.validateFormData(values as ReadonlyJSONObject, schema).errors) {
    const [field = '', ...place] = pathOf(error);
    errors[field] ??= sentence(error, place, trans);
  }
  return errors;
}

/** The way to the value, such as `names` and `1`; of a missing one the way to where it misses. */
function pathOf({ property = '', name, params }: RJSFValidationError): string[] {
  const missing = (params as { missingProperty?: string }).missingProperty;
  const way = property.split('.').filter(part => part !== '');
  return name === 'required' && missing && way[way.length - 1] !== missing
    ? [...way, missing]
    : way;
}

function sentence(error: RJSFValidationError, place: string[], trans: TranslationBundle): string {
  const message = reason(error, trans);
  if (place.length === 0) {
    return message;
  }
  const isElement = /^\d+$/.test(place[0]!);
  const name = isElement ? String(Number(place[0]) + 1) : place.join('.');
  return isElement
    ? trans.__('Element %1: %2', name, message)
    : trans.__('“%1”: %2', name, message);
}

function reason(error: RJSFValidationError, trans: TranslationBundle): string {
  const params = error.params as {
    allowedValues?: unknown[];
    limit?: number;
    type?: string | string[];
  };
  switch (error.name) {
    case 'required':
      return trans.__('Needs a value.');
    case 'type':
      return typeMessage([params.type ?? []].flat(), trans);
    case 'enum':
      return trans.__(
        'Must be one of %1.',
        (params.allowedValues ?? []).map(value => JSON.stringify(value)).join(', ')
      );
    case 'format':
      return trans.__('Must be a date such as 2026-01-31.');
    case 'minimum':
      return trans.__('Must be at least %1.', params.limit);
    case 'maximum':
      return trans.__('Must be at most %1.', params.limit);
    case 'minItems':
      return trans.__('Choose at least one.');
    case 'exclusiveMinimum':
      return trans.__('Must be more than %1.', params.limit);
    default:
      return trans.__('Does not fit: %1.', error.message ?? error.stack);
  }
}

function typeMessage(types: string[], trans: TranslationBundle): string {
  switch (types.find(type => type !== 'null')) {
    case 'integer':
      return trans.__('Must be a whole number.');
    case 'number':
      return trans.__('Must be a number.');
    case 'boolean':
      return trans.__('Must be true or false.');
    case 'array':
      return trans.__('Must be a list such as %1.', '["a", "b"]');
    case 'object':
      return trans.__('Must be a mapping such as %1.', '{"a": 1}');
    default:
      return trans.__('Must be text.');
  }
}
