/**
 * A real small server of snapshots, and of Jupyter's event bus.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerConnection } from '@jupyterlab/services';
import { WebSocketServer } from 'ws';
import type { ISnapshot } from '../../src/api/snapshots';

const SCHEMA = 'https://events.jupyter.org/jupyter_nbtasks/snapshot/v1';
const HEADERS = {
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Allow-Methods': '*',
  'Access-Control-Allow-Origin': '*',
  'Content-Type': 'application/json'
};

export class SnapshotServer {
  /** What was asked, in order: method, path and query. */
  requests: string[] = [];
  /** What was sent, in order. */
  sent: unknown[] = [];
  /** Newest first. */
  snapshots: ISnapshot[] = [];
  /** While it is set: with what every change is refused. */
  refusal: { status: number; reason: string; message: string } | null = null;
  /** How many a page has at most. */
  largest = 500;

  static async started(): Promise<SnapshotServer> {
    const server = new SnapshotServer();
    await new Promise<void>(resolve => server._http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor() {
    this._http = createServer((request, response) => void this._answer(request, response));
    this._http.on('upgrade', (request, socket, head) =>
      this._bus.handleUpgrade(request, socket, head, () => undefined)
    );
  }

  get settings(): ServerConnection.ISettings {
    const host = `127.0.0.1:${(this._http.address() as AddressInfo).port}/`;
    return ServerConnection.makeSettings({ baseUrl: `http://${host}`, wsUrl: `ws://${host}` });
  }

  /** Say something of a snapshot. */
  say(id: string, action: 'created' | 'changed' | 'deleted'): void {
    const event = JSON.stringify({ schema_id: SCHEMA, id, action });
    this._bus.clients.forEach(socket => socket.send(event));
  }

  /** Lose all connections. */
  drop(): void {
    this._bus.clients.forEach(socket => socket.terminate());
  }

  async stop(): Promise<void> {
    this.drop();
    this._http.closeAllConnections();
    await new Promise(resolve => this._http.close(resolve));
  }

  private async _answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const url = new URL(request.url ?? '', 'http://server');
    const body = await read(request);
    if (method === 'OPTIONS') {
      response.writeHead(200, HEADERS).end();
      return;
    }
    const path = url.pathname.replace('/nbtasks/api/', '');
    const { limit, ...rest } = Object.fromEntries(url.searchParams);
    // Jupyter adds the time to what is not to be cached, which has no name.
    const query = Object.entries(rest).filter(([, value]) => value !== '');
    this.requests.push([`${method} ${path}`, ...query.map(pair => pair.join('='))].join(' '));
    const [status, answer] =
      this.refusal && method !== 'GET'
        ? [this.refusal.status, this.refusal]
        : this._do(method, path.split('/')[1], body, url.searchParams, Number(limit));
    response.writeHead(status, HEADERS);
    response.end(body === null ? '' : JSON.stringify(answer));
  }

  private _do(
    method: string,
    id: string | undefined,
    body: object,
    query: URLSearchParams,
    limit: number
  ): [status: number, body: unknown] {
    if (method !== 'GET') {
      this.sent.push(body);
    }
    if (method === 'POST') {
      this.snapshots = [snapshot('n9', body), ...this.snapshots];
      return [201, this.snapshots[0]];
    }
    if (id === undefined) {
      return [200, this._page(query, limit)];
    }
    const answer = this.snapshots.find(one => one.id === id);
    if (!answer) {
      return [404, { message: 'There is no such snapshot.', reason: 'not_found' }];
    }
    const changed = { ...answer, ...body };
    const others = this.snapshots.filter(one => one !== answer);
    this.snapshots = method === 'DELETE' ? others : [...others, changed];
    return method === 'DELETE' ? [204, null] : [200, changed];
  }

  private _page(query: URLSearchParams, limit: number): object {
    const [path, kind, q] = ['path', 'kind', 'q'].map(name => query.get(name));
    const meant = this.snapshots.filter(
      one => one.path === path && (!kind || one.kind === kind) && one.name.includes(q ?? '')
    );
    const cursor = query.get('cursor');
    const rest = cursor ? meant.filter(({ id }) => id < cursor) : meant;
    const items = rest.slice(0, Math.min(limit, this.largest));
    const last = items[items.length - 1];
    return { items, next: last && rest.length > items.length ? last.id : null };
  }

  private _bus = new WebSocketServer({ noServer: true });
  private _http: Server;
}

/** A snapshot of a.ipynb. */
export function snapshot(id: string, more: Partial<ISnapshot> = {}): ISnapshot {
  const facts = { path: 'a.ipynb', name: id, description: '', kind: 'manual', private: false };
  return { id, ...facts, ...more } as ISnapshot;
}

async function read(request: IncomingMessage): Promise<object> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
  }
  return JSON.parse(text || '{}') as object;
}
