/**
 * From a job to files: a copy of its output, and the cell of the notebook that failed.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJob } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import { fileExists, notebookPath } from './files';

/**
 * Write the executed notebook of *job* to a path that the person enters, and open it.
 */
export async function saveCopy(
  job: IJob,
  { commands, serviceManager }: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<void> {
  const folder = PathExt.dirname(job.notebook ?? '');
  const stem = job.name.replace(/\.ipynb$/, '').replace(/[/\\:]/g, '-');
  const { value } = await InputDialog.getText({
    title: trans.__('Save a copy of the output'),
    label: trans.__('Path of the new notebook'),
    okLabel: trans.__('Save'),
    text: PathExt.join(folder, `${stem}-output.ipynb`)
  });
  if (!value) {
    return;
  }
  const path = value.endsWith('.ipynb') ? value : `${value}.ipynb`;
  const { contents, serverSettings } = serviceManager;
  if ((await fileExists(path, serviceManager)) && !(await mayOverwrite(path, trans))) {
    return;
  }
  const content = await new JobsApi(serverSettings).output(job.id);
  await contents.save(path, { type: 'notebook', format: 'json', content });
  await commands.execute('docmanager:open', { path });
}

async function mayOverwrite(path: string, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Overwrite file?'),
    body: trans.__('There is a file %1 already. Do you want to replace it?', path),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Overwrite') })]
  });
  return button.accept;
}

/**
 * Open the notebook of *job* at the cell that failed.
 */
export async function goToCell(
  job: IJob,
  { commands, serviceManager }: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<void> {
  const path = await notebookPath(job, serviceManager, trans);
  const panel = (await commands.execute('docmanager:open', {
    path,
    factory: 'Notebook'
  })) as IDocumentWidget | undefined;
  if (!(panel instanceof NotebookPanel) || !job.error) {
    return;
  }
  await panel.revealed;
  const { cell: index } = job.error;
  const id = job.cells?.find(cell => cell.index === index)?.id;
  const { content } = panel;
  const position = content.widgets.findIndex(({ model }) => model.id === id);
  content.activeCellIndex = position === -1 ? index : position;
  content.deselectAll();
  if (content.activeCell) {
    await content.scrollToCell(content.activeCell, 'center');
  }
}
