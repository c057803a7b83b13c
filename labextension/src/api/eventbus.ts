/**
 * Jupyter's event bus, which also tells when its connection was lost and opened again.
 */
import type { Event, ServerConnection } from '@jupyterlab/services';
import { EventManager } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * The event bus: the events, and a signal for a connection that has just opened.
 */
export interface IEventBus {
  readonly events: Event.IManager;
  /** Emits at every opening: events before it may have been missed. */
  readonly opened: ISignal<IEventBus, void>;
}

/**
 * Connect to the event bus. JupyterLab's own manager reconnects without telling, so that nobody
 * knows that events were missed; this is a manager of our own whose socket tells.
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
