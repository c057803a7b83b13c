/**
 * A server that answers from a table, and sockets that the test moves.
 */
import type { Event, ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { IEventBus } from '../../src/api/eventbus';
import type { IJob, JobStatus } from '../../src/api/jobs';

export function job(id: string, status: JobStatus = 'EXECUTING', more: Partial<IJob> = {}): IJob {
  const progress = { completed: 0, total: 4, current: 0 };
  const facts = { name: id, notebook: `${id}.ipynb`, attempt: 1, left_out: [], started_at: null };
  return { id, ...facts, progress, status, ...more } as IJob;
}

/** What was asked, and the answers by method and path without the query. */
export class FakeServer {
  requests: string[] = [];
  answers: Record<string, unknown> = {};
  /** Whether it is just being stopped, and answers nothing. */
  isBusy = false;
  /** Whether there is no way to it. */
  isCutOff = false;

  settings = {
    baseUrl: 'http://server/',
    wsUrl: 'ws://server/',
    appendToken: false,
    token: '',
    init: {},
    Headers,
    Request: FakeRequest,
    WebSocket: FakeSocket,
    fetch: ({ method, url }: FakeRequest) => {
      const path = url.replace('http://server/nbtasks/api/', '');
      const [name] = path.split('?');
      const answer = this.answers[`${method} ${name}`];
      // Jupyter adds the time to what is not to be cached.
      if (this.isCutOff) {
        return Promise.reject(new TypeError('Failed to fetch'));
      }
      this.requests.push(`${method} ${path.replace(/[?&]\d+$/, '')}`);
      const body = answer ?? { message: 'There is no such job.', reason: 'not_found' };
      const status = this.isBusy ? 503 : answer === undefined ? 404 : 200;
      return Promise.resolve(new Response(JSON.stringify(body), { status }));
    }
  } as unknown as ServerConnection.ISettings;
}

class FakeRequest {
  readonly headers = new Headers();
  readonly method: string;

  constructor(
    readonly url: string,
    { method }: RequestInit
  ) {
    this.method = method ?? 'GET';
  }
}

/** A socket that does what the test says. */
export class FakeSocket {
  static opened: FakeSocket[] = [];
  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;

  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
  }

  say(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  close(): void {
    this.onclose();
  }
}

/** An event bus that says what the test says. */
export class FakeBus {
  readonly events = {} as Event.IManager;
  readonly opened: Signal<IEventBus, void> = new Signal<IEventBus, void>(this);
  readonly stream = new Signal<Event.IManager, Event.Emission>(this.events);

  constructor() {
    Object.assign(this.events, { stream: this.stream });
  }

  say(id: string, status: JobStatus | 'DELETED', completed = 0): void {
    this.stream.emit({
      schema_id: 'https://events.jupyter.org/jupyter_nbtasks/job/v1',
      id,
      status,
      attempt: 1,
      schedule_id: null,
      progress: { completed, total: 4, current: completed }
    });
  }
}

export async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 60));
}
