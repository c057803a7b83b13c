/**
 * A real small server of schedules, their occurrences and jobs, and of Jupyter's event bus.
 */
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerConnection } from '@jupyterlab/services';
import { WebSocketServer } from 'ws';
import type { IJob, JobStatus } from '../../src/api/jobs';
import type {
  IOccurrence,
  IRecentOccurrence,
  ISchedule,
  ScheduleState
} from '../../src/api/schedules';

const BUS = 'https://events.jupyter.org/jupyter_nbtasks/';

export class ScheduleServer {
  /** What was asked, in order: method, path and query. */
  requests: string[] = [];
  /** Newest first. */
  schedules: ISchedule[] = [];
  occurrences: IOccurrence[] = [];
  jobs: IJob[] = [];
  /** While it is set: the sentence with which everything is refused. */
  refusal: string | null = null;
  /** How many a page has at most. */
  largest = 500;
  onRequest: () => void = () => undefined;
  /** While it is set, what is asked of single schedules is answered as it was, and only after it. */
  gate: Promise<void> | null = null;

  static async started(): Promise<ScheduleServer> {
    const server = new ScheduleServer();
    await new Promise<void>(resolve => server._http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor() {
    this._http = createServer(({ method = '', url = '' }, response) => {
      void this._answer(method, new URL(url, 'http://server'), response);
    });
    this._http.on('upgrade', (request, socket, head) =>
      this._bus.handleUpgrade(request, socket, head, () => undefined)
    );
  }

  get settings(): ServerConnection.ISettings {
    const host = `127.0.0.1:${(this._http.address() as AddressInfo).port}/`;
    return ServerConnection.makeSettings({ baseUrl: `http://${host}`, wsUrl: `ws://${host}` });
  }

  /** Change a schedule, and say so unless it is done *silently*. */
  change(id: string, changes: Partial<ISchedule>, silently = false): void {
    this.schedules = this.schedules.map(one => (one.id === id ? { ...one, ...changes } : one));
    const state = this.schedules.find(one => one.id === id)?.state ?? 'DELETED';
    if (!silently) {
      this.say(id, state);
    }
  }

  /** Say something of a schedule. */
  say(id: string, state: ScheduleState | 'DELETED'): void {
    this._emit({ schema_id: `${BUS}schedule/v1`, id, state });
  }

  /** Say something of a job of the schedule. */
  sayJob(schedule_id: string, id: string, status: JobStatus | 'DELETED'): void {
    const progress = { completed: 0, total: 1, current: null };
    this._emit({ schema_id: `${BUS}job/v1`, schedule_id, id, status, attempt: 1, progress });
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

  private async _answer(method: string, url: URL, response: ServerResponse): Promise<void> {
    const path = url.pathname.replace('/nbtasks/api/', '');
    const { limit, ...rest } = Object.fromEntries(url.searchParams);
    if (method !== 'OPTIONS') {
      // Jupyter adds the time to what is not to be cached, which has no name.
      const query = Object.entries(rest).filter(([, value]) => value !== '');
      this.requests.push([`${method} ${path}`, ...query.map(pair => pair.join('='))].join(' '));
      this.onRequest();
    }
    const answer = this._find(path, url.searchParams, Number(limit));
    if (path.includes('/')) {
      await this.gate;
    }
    const [status, body] = this.refusal
      ? [503, { message: this.refusal, reason: 'busy' }]
      : answer === null
        ? [404, { message: 'There is no such schedule.', reason: 'not_found' }]
        : [200, answer];
    response.writeHead(status, {
      'Access-Control-Allow-Headers': '*',
      'Access-Control-Allow-Methods': '*',
      'Access-Control-Allow-Origin': '*',
      'Content-Type': 'application/json'
    });
    response.end(JSON.stringify(body));
  }

  private _find(path: string, query: URLSearchParams, limit: number): unknown {
    const [kind, id = '', what] = path.split('/');
    if (kind === 'jobs' || what === 'occurrences') {
      const [all, key] = what
        ? ([this.occurrences, 'nominal_time'] as const)
        : ([this.jobs, 'id'] as const);
      return this._page(all, key, query, limit);
    }
    if (path === 'schedules/preview') {
      return { description: '', timezone: 'UTC', next: [], notes: [] };
    }
    if (!id) {
      const state = query.get('state');
      const meant = this.schedules.filter(one => !state || one.state === state);
      return this._page(meant, 'id', query, limit);
    }
    const answer = this.schedules.find(one => one.id === id);
    if (answer && (what === 'pause' || what === 'resume')) {
      this.change(id, { state: what === 'pause' ? 'PAUSED' : 'ACTIVE' });
    }
    return this.schedules.find(one => one.id === id) ?? null;
  }

  private _page(all: object[], key: string, query: URLSearchParams, limit: number): object {
    const keyOf = (one: object): string => (one as Record<string, string>)[key] ?? '';
    const cursor = query.get('cursor');
    const rest = cursor ? all.filter(one => keyOf(one) < cursor) : all;
    const items = rest.slice(0, Math.min(limit, this.largest));
    const last = items[items.length - 1];
    return { items, next: last && rest.length > items.length ? keyOf(last) : null };
  }

  private _emit(event: object): void {
    this._bus.clients.forEach(socket => socket.send(JSON.stringify(event)));
  }

  private _bus = new WebSocketServer({ noServer: true });
  private _http: Server;
}

export function schedule(id: string, more: Partial<ISchedule> = {}): ISchedule {
  const timing = { cron: '0 9 * * *', interval: null, timezone: 'UTC', start: null, end: null };
  const facts = { name: id, notebook: `${id}.ipynb`, state: 'ACTIVE', message: null };
  const past = { recent: [], last_job: null, occurrences: 0, max_occurrences: null };
  const times = { created_at: at(0), updated_at: at(0), next_run_at: at(99) };
  return { id, ...facts, ...timing, ...past, ...times, ...more } as ISchedule;
}

/** The occurrence of that minute, and how its job stands. */
export function occurrence(
  minute: number,
  more: Partial<IRecentOccurrence> = {}
): IRecentOccurrence {
  const nominal_time = at(minute);
  const times = { nominal_time, until: nominal_time, decided_at: nominal_time, count: 1 };
  const job = { job_id: `j${minute}`, status: null, seconds: null };
  return { ...times, state: 'submitted', why: null, ...job, ...more };
}

/** A moment, so many minutes after the beginning of the tests' time. */
export function at(minute: number): string {
  return new Date(Date.UTC(2026, 10, 21) + minute * 60_000).toISOString();
}
