/**
 * The first values of a form that repeats an earlier run; pure.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IParameters } from '../api/parameters';
import type { FormData, IForm } from '../forms/form';
import type { IInitialValues } from '../tokens';
import { DEFAULT_OPTIONS } from './options';
import { initialData } from './values';

/**
 * The options of *form* for which *values* has anything but the *defaults*.
 */
export function initialOptions({ schema }: IForm, values: object, defaults: FormData): FormData {
  const set = Object.entries(values).filter(
    ([name, value]) =>
      name in (schema.properties ?? {}) && value !== null && value !== defaults[name]
  );
  return Object.fromEntries(set);
}

/**
 * The options of a job that was submitted with none; a job names the kernel that it got.
 */
export function defaultsOf({ kernel_name }: IParameters): FormData {
  return { ...DEFAULT_OPTIONS, kernel_name };
}

/**
 * What a person should know before repeating a run with these values.
 */
export function differences(
  { expected_hash, parameters = {} }: Pick<IInitialValues, 'expected_hash' | 'parameters'>,
  now: IParameters,
  trans: TranslationBundle
): string[] {
  const names = new Set(now.parameters.map(({ name }) => name));
  const removed = Object.entries(parameters).filter(([name]) => !names.has(name));
  const notes = removed.map(([name, value]) =>
    trans.__(
      '“%1” is no longer a parameter of this notebook; its value %2 is left out.',
      name,
      JSON.stringify(value)
    )
  );
  return expected_hash !== undefined && expected_hash !== now.hash
    ? [trans.__('The notebook has been saved since that run; it runs as it is now.'), ...notes]
    : notes;
}

/**
 * The data of a form whose notebook was read again; the fields for which *isKept* is true stay as
 * they were.
 */
export function mergedData(
  before: Readonly<FormData>,
  now: IParameters,
  isKept: (name: string) => boolean
): FormData {
  const fresh = initialData(now);
  for (const { name } of now.parameters) {
    if (isKept(name)) {
      fresh[name] = before[name];
    }
  }
  return fresh;
}
