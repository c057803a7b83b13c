/**
 * Cells as a notebook of JupyterLab has them.
 */
import type { ISharedCodeCell } from '@jupyter/ydoc';
import { YNotebook } from '@jupyter/ydoc';
import { CodeCellModel } from '@jupyterlab/cells';

/**
 * A notebook with a code cell for each of *tags*.
 */
export function notebookOf(...tags: string[][]): [YNotebook, CodeCellModel[]] {
  const notebook = YNotebook.create({ disableDocumentWideUndoRedo: true });
  const cells = tags.map((one, index) => {
    const metadata = one.length > 0 ? { tags: one } : {};
    const cell = notebook.insertCell(index, { cell_type: 'code', source: 'x = 1', metadata });
    return new CodeCellModel({ sharedModel: cell as unknown as ISharedCodeCell });
  });
  notebook.clearUndoHistory();
  return [notebook, cells];
}
