/**
 * What the server says of snapshots, and its calls that concern them; times are ISO 8601, sizes
 * bytes.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type { IPage } from './page';
import { pageQuery } from './page';
import { apiUrl, request } from './request';

/**
 * Why there is a snapshot: somebody asked for it; or it was kept before a restore or an update,
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
 * What can be said of a snapshot, and changed.
 */
export interface ISnapshotDetails {
  name?: string;
  description?: string;
  private?: boolean;
}

/**
 * What is asked for when a snapshot is made: of the file, or of *content*, what is on screen.
 */
export interface ISnapshotRequest extends ISnapshotDetails {
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
export interface IRestoreResult {
  path: string;
  hash: string;
  preserved: ISnapshot | null;
}

/**
 * Which snapshots are looked at: those of the notebook at *path*, null if there is none; *q* is in
 * the name or the description; without *automatic* ones only those that somebody asked for.
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
