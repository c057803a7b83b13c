/**
 * Jupyter's event bus, which also says when it was away.
 */
import type { Event, ServerConnection } from '@jupyterlab/services';
import { EventManager } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * The event bus: what happens, and when the connection has just opened.
 */
export interface IEventBus {
  readonly events: Event.IManager;
  /** Emits at every opening: what happened before it was not heard. */
  readonly opened: ISignal<IEventBus, void>;
}

/**
 * Connect to the event bus. Lab's own manager reconnects without saying so, and then nobody
 * knows that something was missed; this is one of our own, with a socket that tells.
 */
export function openEventBus(settings: ServerConnection.ISettings): IEventBus {
  const source = {};
  const opened = new Signal<object, void>(source);
  class TellingSocket extends settings.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => opened.emit());
    }
  }
  const serverSettings = { ...settings, WebSocket: TellingSocket };
  const events = new EventManager({ serverSettings });
  return Object.assign(source, { events, opened: opened as ISignal<IEventBus, void> });
}
