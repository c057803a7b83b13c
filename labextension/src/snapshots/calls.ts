/**
 * The calls of the server's REST API that concern snapshots.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type { IPage } from '../lists/paged';
import { address, request } from '../request';
import type {
  IRestored,
  IRestoreRequest,
  ISnapshot,
  ISnapshotFacts,
  ISnapshotRequest
} from './answers';

/**
 * The calls, on the server of *settings*; each throws a RequestError for a refusal.
 */
export class SnapshotCalls {
  constructor(private _settings: ServerConnection.ISettings) {}

  list(query: Record<string, string>): Promise<IPage<ISnapshot>> {
    return request(this._settings, 'GET', 'snapshots', { query });
  }

  get(id: string): Promise<ISnapshot> {
    return request(this._settings, 'GET', `snapshots/${id}`);
  }

  create(body: ISnapshotRequest): Promise<ISnapshot> {
    return request(this._settings, 'POST', 'snapshots', { body });
  }

  change(id: string, body: ISnapshotFacts): Promise<ISnapshot> {
    return request(this._settings, 'PATCH', `snapshots/${id}`, { body });
  }

  /** Delete it; also while the page is being left. */
  remove(id: string): Promise<void> {
    return request(this._settings, 'DELETE', `snapshots/${id}`, { outlives: true });
  }

  content(id: string): Promise<INotebookContent> {
    return request(this._settings, 'GET', `snapshots/${id}/content`);
  }

  restore(id: string, body: IRestoreRequest): Promise<IRestored> {
    return request(this._settings, 'POST', `snapshots/${id}/restore`, { body });
  }

  saveAs(id: string, path: string): Promise<{ path: string; item_id: string | null }> {
    return request(this._settings, 'POST', `snapshots/${id}/save-as`, { body: { path } });
  }

  /** Where the browser can download it. */
  download(id: string): string {
    return address(this._settings, `snapshots/${id}/content`, { download: '1' });
  }
}
