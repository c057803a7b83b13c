/**
 * What a form is, and what it holds.
 */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { RJSFSchema, UiSchema as AnyUiSchema } from '@rjsf/utils';

/**
 * What a form holds, by the name of the field.
 */
export type FormData = Record<string, unknown>;

/**
 * How fields look.
 */
export type UiSchema = AnyUiSchema<ReadonlyJSONObject>;

/**
 * A form: its fields, and how they look.
 */
export interface IForm {
  schema: RJSFSchema;
  uiSchema: UiSchema;
}

/**
 * Sentences by the name of the field.
 */
export type Errors = Record<string, string>;
