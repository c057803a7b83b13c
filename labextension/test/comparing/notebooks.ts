/**
 * Notebooks to compare.
 */
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';

export function code(id: string | null, source: string, more: object = {}): ICell {
  const facts = { cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source };
  return { ...(id !== null && { id }), ...facts, ...more };
}

export function notebook(cells: ICell[], metadata: object = {}): INotebookContent {
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 } as INotebookContent;
}
