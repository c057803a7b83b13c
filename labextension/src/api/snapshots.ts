/**
 * Snapshots as the server describes them, and the calls that concern them. Times are in ISO 8601,
 * sizes in bytes.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type { IPage } from './page';
import { pageQuery } from './page';
import { apiUrl, request } from './request';

/**
 * Why a snapshot was made: somebody asked for it; or it was kept before a restore or an update,
 * because a schedule ran it, or because a tool needs it.
 */
export type SnapshotKind = 'manual' | 'restore' | 'update' | 'schedule' | 'tool';

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
  kind: SnapshotKind;
  created_at: string;
  links: { self: string; content: string; diff: string };
}

/**
 * The details of a snapshot that a person can change.
 */
export interface ISnapshotDetails {
  name?: string;
  description?: string;
  private?: boolean;
}

/**
 * The body of a request for a new snapshot: of the file, or of *content*, which is on screen.
 */
export interface ISnapshotRequest extends ISnapshotDetails {
  path: string;
  content?: INotebookContent;
  expected_hash?: string;
}

/**
 * The body of a request to restore a notebook. If *preserve*, the present notebook is kept as a
 * snapshot: *content* if there is any, else the file. *expected_hash* is that of the file that the
 * person has seen.
 */
export interface IRestoreRequest {
  preserve: boolean;
  content?: INotebookContent;
  expected_hash?: string;
}

/**
 * The result of a restore: the file, and the snapshot of what it was before.
 */
export interface IRestoreResult {
  path: string;
  hash: string;
  preserved: ISnapshot | null;
}

/**
 * Which snapshots a list contains: those of the notebook at *path* (null if there is none) whose
 * name or description contains *q*; unless *automatic*, only those that somebody asked for.
 */
export interface ISnapshotFilter {
  path: string | null;
  q: string;
  automatic: boolean;
}

/**
 * The calls, on the server of *settings*; each throws a RequestError for a refusal.
 */
export class SnapshotsApi {
  constructor(private _settings: ServerConnection.ISettings) {}

  /** A page of the snapshots of a notebook that *filter* lets through, of at most *limit*. */
  list(
    { automatic, path, q }: ISnapshotFilter & { path: string },
    limit: number,
    cursor: string | null = null
  ): Promise<IPage<ISnapshot>> {
    const query = {
      path,
      ...pageQuery(limit, cursor),
      ...(q && { q }),
      ...(!automatic && { kind: 'manual' })
    };
    return request(this._settings, 'GET', 'snapshots', { query });
  }

  get(id: string): Promise<ISnapshot> {
    return request(this._settings, 'GET', `snapshots/${id}`);
  }

  create(body: ISnapshotRequest): Promise<ISnapshot> {
    return request(this._settings, 'POST', 'snapshots', { body });
  }

  change(id: string, body: ISnapshotDetails): Promise<ISnapshot> {
    return request(this._settings, 'PATCH', `snapshots/${id}`, { body });
  }

  /** Delete it; also while the page is being left. */
  remove(id: string): Promise<void> {
    return request(this._settings, 'DELETE', `snapshots/${id}`, { keepalive: true });
  }

  content(id: string): Promise<INotebookContent> {
    return request(this._settings, 'GET', `snapshots/${id}/content`);
  }

  restore(id: string, body: IRestoreRequest): Promise<IRestoreResult> {
    return request(this._settings, 'POST', `snapshots/${id}/restore`, { body });
  }

  saveAs(id: string, path: string): Promise<{ path: string; item_id: string | null }> {
    return request(this._settings, 'POST', `snapshots/${id}/save-as`, { body: { path } });
  }

  /** Where the browser can download it. */
  downloadUrl(id: string): string {
    return apiUrl(this._settings, `snapshots/${id}/content`, { download: '1' });
  }
}
