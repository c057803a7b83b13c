/**
 * Lets a person choose one of several items in a dialog.
 */
import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * The texts of the dialog; *emptyMessage* is shown instead where there is nothing to choose from.
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
 * Let a person choose one of *items*; null if none was chosen, or if there are none.
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
  // The dialog answers with a label, so the labels must be different.
  const labels = items.map((item, index) => `${index + 1}. ${labelOf(item)}`);
  const { value } = await InputDialog.getItem({ title, label: kind, items: labels, okLabel });
  return items[labels.indexOf(value ?? '')] ?? null;
}
