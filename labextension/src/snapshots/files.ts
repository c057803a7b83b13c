/**
 * From a snapshot to files.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { RequestError } from '../api/request';
import type { ISnapshot, SnapshotsApi } from '../api/snapshots';

/**
 * Write the snapshot to a path that the person enters, where there must be no file yet, and open
 * it.
 */
export async function saveAs(
  { id, name, path }: ISnapshot,
  api: SnapshotsApi,
  { commands }: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<void> {
  const stem = name.replace(/[/\\:]/g, '-');
  let text = PathExt.join(PathExt.dirname(path), `${stem}.ipynb`);
  let label = trans.__('Path of the new notebook');
  for (;;) {
    const { value } = await InputDialog.getText({
      title: trans.__('Save “%1” as a new notebook', name),
      label,
      okLabel: trans.__('Save'),
      text
    });
    if (!value) {
      return;
    }
    text = value.endsWith('.ipynb') ? value : `${value}.ipynb`;
    try {
      const copy = await api.saveAs(id, text);
      await commands.execute('docmanager:open', { path: copy.path });
      return;
    } catch (error) {
      if (!(error instanceof RequestError) || ![400, 409].includes(error.status)) {
        throw error;
      }
      // There is a file already, or the path is not valid: the person may enter another one.
      label = error.message;
    }
  }
}

/**
 * Give the snapshot to the browser as a file.
 */
export function download({ id }: ISnapshot, api: SnapshotsApi): void {
  const link = document.createElement('a');
  link.href = api.downloadUrl(id);
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
