/**
 * A job's own stream: what its cells do, in order, nothing twice.
 */
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IFrame } from './frames';
import { isFinal } from './status';

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

/**
 * Follows one job until it is over, however often the connection is lost.
 */
export class JobStream implements IDisposable {
  constructor(
    private _settings: ServerConnection.ISettings,
    private _id: string
  ) {
    this._connect();
  }

  /** Emits every frame once, in order. */
  get received(): ISignal<this, IFrame> {
    return this._received;
  }

  /** Whether frames arrive; if not, whoever needs them has to ask the server. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    this._socket?.close();
    Signal.clearData(this);
  }

  private _connect(): void {
    const { appendToken, token, WebSocket, wsUrl } = this._settings;
    const path = URLExt.join(wsUrl, 'nbtasks/api/jobs', this._id, 'stream');
    const query = URLExt.objectToQueryString({
      ...(this._seq !== null && { after: `${this._seq}` }),
      ...(appendToken && token && { token })
    });
    const socket = new WebSocket(path + query);
    socket.onopen = () => {
      this._isOpen = true;
      this._delay = FIRST_DELAY;
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this._onFrame(data);
    socket.onclose = () => this._onClose();
    this._socket = socket;
  }

  private _onFrame(data: string): void {
    const frame = JSON.parse(data) as IFrame;
    const isEvent = frame.type !== 'state' && frame.type !== 'status';
    if (this._isDisposed || (isEvent && frame.seq <= (this._seq ?? -1))) {
      return;
    }
    // A status is not a step of its own: it has the number of the frame before it.
    this._seq = frame.type === 'status' ? this._seq : frame.seq;
    this._isOver = frame.type === 'status' && isFinal(frame.status);
    this._received.emit(frame);
  }

  private _onClose(): void {
    this._isOpen = false;
    if (this._isOver || this._isDisposed) {
      return;
    }
    this._timer = window.setTimeout(() => this._connect(), this._delay);
    this._delay = Math.min(2 * this._delay, LONGEST_DELAY);
  }

  private _delay = FIRST_DELAY;
  private _isDisposed = false;
  private _isOpen = false;
  private _isOver = false;
  private _received = new Signal<this, IFrame>(this);
  private _seq: number | null = null;
  private _socket: WebSocket | null = null;
  private _timer: number | undefined;
}
