/**
 * Waiting for what a model is to show.
 */
import type { VDomModel } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';

/** Wait until *model* shows what is expected. */
export async function shows(model: VDomModel, isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    await new Promise<void>(resolve => {
      const onChanged = (): void => {
        model.stateChanged.disconnect(onChanged);
        resolve();
      };
      model.stateChanged.connect(onChanged);
    });
  }
}

/** What *signal* says next. */
export function next<T>(signal: ISignal<object, T>): Promise<T> {
  return new Promise(resolve => {
    const onSaid = (_: object, said: T): void => {
      signal.disconnect(onSaid);
      resolve(said);
    };
    signal.connect(onSaid);
  });
}
