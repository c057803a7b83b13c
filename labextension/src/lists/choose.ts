/**
 * Lets a person choose one of several things in a dialog.
 */
import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * What the dialog says; *nothing* is said instead where there is nothing to choose from.
 */
export interface IChoice<T> {
  title: string;
  /** What each of them is. */
  kind: string;
  labelOf: (item: T) => string;
  okLabel: string;
  emptyMessage: string;
}

/**
 * The item that was chosen; null if none was, or there is none.
 */
export async function chooseItem<T>(
  items: ReadonlyArray<T>,
  { kind, labelOf, emptyMessage, okLabel, title }: IChoice<T>,
  trans: TranslationBundle
): Promise<T | null> {
  if (items.length === 0) {
    const buttons = [Dialog.okButton({ label: trans.__('Close') })];
    await showDialog({ title, body: emptyMessage, buttons });
    return null;
  }
  // The dialog answers with a label, so that each is another one.
  const labels = items.map((item, index) => `${index + 1}. ${labelOf(item)}`);
  const { value } = await InputDialog.getItem({ title, label: kind, items: labels, okLabel });
  return items[labels.indexOf(value ?? '')] ?? null;
}
