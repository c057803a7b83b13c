/**
 * Two notebooks as the server has compared them, and the call that asks for it.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import { request } from './request';

/**
 * One of the two: a snapshot or a job if it has an id, else the file; times are ISO 8601.
 */
export interface IComparedSide {
  label: string;
  id: string | null;
  path: string | null;
  hash: string | null;
  created_at: string | null;
}

/**
 * A step of nbdime from one value to another: of a list, of a mapping, or within a part of either.
 */
export type IDiffStep =
  | { op: 'addrange'; key: number; valuelist: ReadonlyArray<unknown> | string }
  | { op: 'removerange'; key: number; length: number }
  | { op: 'add' | 'replace'; key: string; value: unknown }
  | { op: 'remove'; key: string }
  | { op: 'patch'; key: string | number; diff: ReadonlyArray<IDiffStep> };

/**
 * Two notebooks: *notebook* is the base as it was compared, *diff* leads from it to the other.
 */
export interface IComparison {
  base: IComparedSide;
  remote: IComparedSide;
  notebook: INotebookContent;
  diff: ReadonlyArray<IDiffStep>;
  summary: { added: number; removed: number; changed: number };
  identical: boolean;
}

/**
 * The call, on the server of *settings*; it throws a RequestError for a refusal.
 */
export class ComparisonsApi {
  constructor(private _settings: ServerConnection.ISettings) {}

  /** Compare a snapshot or a job with *other*: an id, the file, or the last run. */
  get(
    kind: 'snapshot' | 'job',
    id: string,
    other: string,
    hasOutputs: boolean
  ): Promise<IComparison> {
    const query = { with: other, outputs: hasOutputs ? '1' : '0' };
    return request(this._settings, 'GET', `${kind}s/${id}/diff`, { query });
  }
}
