/**
 * What the server says of snapshots, in types; times are ISO 8601, sizes bytes.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';

/**
 * Why there is a snapshot: somebody asked for it; or it was kept before a restore or an update,
 * because a schedule ran it, or because a tool needs it.
 */
export type Kind = 'manual' | 'restore' | 'update' | 'schedule' | 'tool';

/**
 * A notebook as it was at one moment; *path* is where it is now.
 */
export interface ISnapshot {
  id: string;
  path: string;
  item_id: string | null;
  name: string;
  description: string;
  owner: string;
  hash: string;
  size: number;
  kernel_name: string | null;
  private: boolean;
  kind: Kind;
  created_at: string;
  links: { self: string; content: string; diff: string };
}

/**
 * What can be said of a snapshot, and changed.
 */
export interface ISnapshotFacts {
  name?: string;
  description?: string;
  private?: boolean;
}

/**
 * What is asked for when a snapshot is made: of the file, or of *content*, what is on screen.
 */
export interface ISnapshotRequest extends ISnapshotFacts {
  path: string;
  content?: INotebookContent;
  expected_hash?: string;
}

/**
 * What is asked for when a notebook is to be what it was; *content* is kept instead of the file,
 * *expected_hash* is of the file that the person has seen.
 */
export interface IRestoreRequest {
  preserve: boolean;
  content?: INotebookContent;
  expected_hash?: string;
}

/**
 * What a restore has made of the file, and what it has kept.
 */
export interface IRestored {
  path: string;
  hash: string;
  preserved: ISnapshot | null;
}
