/**
 * The notebooks of a dialog, and the requests that are sent for them.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { JSONExt, UUID } from '@lumino/coreutils';
import type { IJob, IJobRequest } from '../api/jobs';
import type { IParameters } from '../api/parameters';
import type { IPreview, ISchedule, IScheduleRequest, IPreviewRequest } from '../api/schedules';
import type { FormData } from '../forms/form';
import type { IRuleAndLimits } from '../schedules/timing';
import { DEFAULT_OPTIONS } from './options';

/**
 * A request that may be repeated after a lost connection without running twice.
 */
export interface IKeyedRequest extends IJobRequest {
  idempotency_key: string;
}

/**
 * The calls of a dialog to the server; each throws a RequestError for a refusal.
 */
export interface IServer {
  submit: (request: IKeyedRequest) => Promise<IJob>;
  schedule: (request: IScheduleRequest) => Promise<ISchedule>;
  inspect: (path: string) => Promise<IParameters>;
  preview: (question: IPreviewRequest) => Promise<IPreview>;
}

/**
 * A notebook of the dialog: its parameters, its job or schedule once there is one, and the problem
 * if there is none.
 */
export interface ITarget {
  path: string;
  name: string;
  parameters: IParameters;
  job: IJob | null;
  schedule: ISchedule | null;
  problem: string;
  /** The parameters without a default, where the dialog has no field for them. */
  missing: string[];
}

/**
 * The notebooks of a dialog; those that cannot run without a value are left out of many.
 */
export function targetsOf(notebooks: ReadonlyArray<readonly [string, IParameters]>): ITarget[] {
  const isOneForm = takeSameParameters(notebooks.map(([, parameters]) => parameters));
  return notebooks.map(([path, parameters]) => ({
    path,
    name: PathExt.basename(path),
    parameters,
    job: null,
    schedule: null,
    problem: '',
    missing: isOneForm
      ? []
      : parameters.parameters.filter(({ required }) => required).map(({ name }) => name)
  }));
}

/**
 * The name of a notebook without its ending.
 */
export function stemOf({ name }: ITarget): string {
  return PathExt.basename(name, PathExt.extname(name));
}

/**
 * Whether all notebooks take the same parameters, so that one form fits.
 */
export function takeSameParameters([first, ...others]: ReadonlyArray<IParameters>): boolean {
  return others.every(({ schema }) =>
    JSONExt.deepEqual(schema as ReadonlyJSONObject, first!.schema as ReadonlyJSONObject)
  );
}

/**
 * The data of the form.
 */
export interface IFormInput {
  values: FormData;
  options: FormData;
}

/**
 * Ask for *target* to be scheduled; every option is named, so that an emptied one is changed too.
 */
export function scheduleRequest(
  { path }: ITarget,
  { values, options }: IFormInput,
  ruleAndLimits: IRuleAndLimits
): IScheduleRequest {
  return {
    ...DEFAULT_OPTIONS,
    ...defined(options),
    ...ruleAndLimits,
    notebook: path,
    parameters: values
  };
}

/**
 * The idempotency keys of one dialog: the same request has the same key.
 */
export class IdempotencyKeys {
  /**
   * The key of *request*.
   */
  of(request: object): string {
    const json = JSON.stringify(request);
    const key = this._keys.get(json) ?? UUID.uuid4();
    this._keys.set(json, key);
    return key;
  }

  private _keys = new Map<string, string>();
}

/**
 * Makes the requests of one dialog: for notebooks as they are now, or for the version *snapshot*.
 */
export class RequestFactory {
  constructor(private _snapshot: string | undefined) {}

  /**
   * Ask for *target* to be run; it must still be the file that was read.
   */
  create(target: ITarget, { values, options }: IFormInput, isOneOfMany: boolean): IKeyedRequest {
    const request: IJobRequest = {
      ...(options as Partial<IJobRequest>),
      ...this._source(target),
      parameters: values,
      trigger: 'lab',
      ...(isOneOfMany && { batch_id: this._batch })
    };
    return { ...request, idempotency_key: this._keys.of(request) };
  }

  private _source({ parameters: { hash }, path }: ITarget): IJobRequest {
    return this._snapshot
      ? { snapshot_id: this._snapshot }
      : { notebook: path, ...(hash && { expected_hash: hash }) };
  }

  private _batch = UUID.uuid4();
  private _keys = new IdempotencyKeys();
}

function defined(data: FormData): FormData {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}
