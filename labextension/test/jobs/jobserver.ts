/**
 * A real small server of one job: its facts, its document and its stream, over HTTP and websocket.
 */
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerConnection } from '@jupyterlab/services';
import { WebSocketServer } from 'ws';
import type { IJob, JobStatus } from '../../src/api/jobs';
import type { INotebook } from '../../src/jobs/document';
import type { IBegunCell, IFrame, IOutput } from '../../src/jobs/frames';
import { job } from './server';

type Said = IFrame extends infer F ? (F extends IFrame ? Omit<F, 'seq'> : never) : never;

export class JobServer {
  /** What the stream was asked to begin after, by connection. */
  followed: (string | null)[] = [];
  /** How often the job was read. */
  reads = 0;
  /** While it is set: the status and sentence with which everything is refused. */
  refusal: [status: number, message: string] | null = null;
  job: IJob = job('j1', 'EXECUTING', { cells: [] });
  /** The frozen notebook, and the one that runs once it does. */
  input: INotebook = notebook('print(1)');
  output: INotebook | null = null;

  static async started(): Promise<JobServer> {
    const server = new JobServer();
    await new Promise<void>(resolve => server._http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor() {
    this._http = createServer(({ url = '' }, response) => this._answer(url, response));
    this._http.on('upgrade', (request, socket, head) => {
      if (this.refusal) {
        socket.destroy();
        return;
      }
      this._sockets.handleUpgrade(request, socket, head, ws => {
        const after = new URL(request.url ?? '', 'http://server').searchParams.get('after');
        this.followed.push(after);
        this._since(after).forEach(frame => ws.send(JSON.stringify(frame)));
      });
    });
  }

  get settings(): ServerConnection.ISettings {
    const host = `127.0.0.1:${(this._http.address() as AddressInfo).port}/`;
    return ServerConnection.makeSettings({ baseUrl: `http://${host}`, wsUrl: `ws://${host}` });
  }

  /** Begin cell *index* of the document. */
  begin(index: number): void {
    const times = { started_at: 1, seconds: null, execution_count: null };
    this._begun.push({ index, id: null, status: 'running', ...times, outputs: [] });
    this._say({ type: 'cell_started', cell: index, at: 1 });
  }

  /** Print *text* in the cell that runs; it is in the document, too. */
  print(text: string): void {
    const output: IOutput = { output_type: 'stream', name: 'stdout', text };
    const cell = this._begun[this._begun.length - 1]!;
    cell.outputs = [...cell.outputs, output];
    this.output!.cells[cell.index]!.outputs = [...cell.outputs];
    this._say({ type: 'output', cell: cell.index, output });
  }

  /** Give the job a status. */
  turn(status: JobStatus, more: Partial<IJob> = {}): void {
    this.job = { ...this.job, status, ...more };
    this._say({ type: 'status', status, attempt: this.job.attempt, message: null });
  }

  /** Lose all connections. */
  drop(): void {
    this._sockets.clients.forEach(socket => socket.terminate());
  }

  async stop(): Promise<void> {
    this.drop();
    this._http.closeAllConnections();
    await new Promise(resolve => this._http.close(resolve));
  }

  private _answer(url: string, response: ServerResponse): void {
    const { input, output } = this;
    const jobs = { items: [this.job], next: null };
    const what = /\/(jobs|j1|input|output)(\?|$)/.exec(url)?.[1] ?? '';
    this.reads += what === 'j1' ? 1 : 0;
    const answer = { jobs, j1: this.job, input, output }[what] ?? null;
    const [status, message] = this.refusal ?? [404, 'It has run no cell.'];
    const isRefused = this.refusal !== null || answer === null;
    response.writeHead(isRefused ? status : 200, {
      'Access-Control-Allow-Origin': '*',
      'Content-Type': 'application/json'
    });
    response.end(JSON.stringify(isRefused ? { message, reason: 'no_output' } : answer));
  }

  private _say(body: Said): void {
    // A status has no number of its own.
    const isStep = body.type !== 'status';
    const frame = { ...body, seq: isStep ? ++this._seq : this._seq };
    if (isStep) {
      this._frames.push(frame);
    }
    this._sockets.clients.forEach(socket => socket.send(JSON.stringify(frame)));
  }

  private _since(after: string | null): IFrame[] {
    const { attempt, status } = this.job;
    const now: IFrame = { type: 'status', status, attempt, message: null, seq: this._seq };
    if (after !== null) {
      return [...this._frames.filter(({ seq }) => seq > Number(after)), now];
    }
    return this.output ? [{ type: 'state', cells: this._begun, seq: this._seq }, now] : [now];
  }

  private _begun: IBegunCell[] = [];
  private _frames: IFrame[] = [];
  private _http: Server;
  private _seq = 0;
  private _sockets = new WebSocketServer({ noServer: true });
}

export function notebook(...sources: string[]): INotebook {
  const cells = sources.map(source => ({ cell_type: 'code', source, outputs: [] as IOutput[] }));
  return { cells };
}
