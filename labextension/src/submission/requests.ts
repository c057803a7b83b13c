/**
 * What is sent for each notebook of a dialog.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { JSONExt, UUID } from '@lumino/coreutils';
import type { IFieldError } from '../request';
import type { IJob, IJobRequest, IParameters } from '../tokens';
import type { FormData } from './values';

/**
 * A request that may be repeated after a lost connection without running twice.
 */
export interface IRequest extends IJobRequest {
  idempotency_key: string;
}

/**
 * A notebook of the dialog, what it takes, its job once there is one, and why there is none.
 */
export interface ITarget {
  path: string;
  name: string;
  parameters: IParameters;
  job: IJob | null;
  problem: string;
  /** The parameters without a default, where the dialog has no field for them. */
  missing: string[];
}

/**
 * The notebooks of a dialog; those that cannot run without a value are left out of many.
 */
export function targetsOf(notebooks: ReadonlyArray<[string, IParameters]>): ITarget[] {
  const isOneForm = areAlike(notebooks.map(([, parameters]) => parameters));
  return notebooks.map(([path, parameters]) => ({
    path,
    name: PathExt.basename(path),
    parameters,
    job: null,
    problem: '',
    missing: isOneForm
      ? []
      : parameters.parameters.filter(({ required }) => required).map(({ name }) => name)
  }));
}

/**
 * Whether all notebooks take the same parameters, so that one form fits.
 */
export function areAlike([first, ...others]: ReadonlyArray<IParameters>): boolean {
  return others.every(({ schema }) =>
    JSONExt.deepEqual(schema as ReadonlyJSONObject, first!.schema as ReadonlyJSONObject)
  );
}

/**
 * A part of the dialog's form.
 */
export type Part = 'parameters' | 'options';

/**
 * Which field the server means.
 */
export function fieldOf({ field }: IFieldError): [part: Part, name: string] {
  const prefix = 'parameters.';
  return field.startsWith(prefix)
    ? ['parameters', field.slice(prefix.length)]
    : ['options', field.split('.')[0]!];
}

/**
 * Makes the requests of one dialog; the same request has the same key.
 */
export class Requests {
  /**
   * Ask for *target* to be run; it must still be the file that was read.
   */
  make(target: ITarget, values: FormData, options: FormData, isOneOfMany: boolean): IRequest {
    const { hash } = target.parameters;
    const request: IJobRequest = {
      ...(options as Partial<IJobRequest>),
      notebook: target.path,
      parameters: values,
      trigger: 'lab',
      ...(hash && { expected_hash: hash }),
      ...(isOneOfMany && { batch_id: this._batch })
    };
    const asked = JSON.stringify(request);
    const key = this._keys.get(asked) ?? UUID.uuid4();
    this._keys.set(asked, key);
    return { ...request, idempotency_key: key };
  }

  private _batch = UUID.uuid4();
  private _keys = new Map<string, string>();
}
