/**
 * The notebooks that are open.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookContent } from '@jupyterlab/nbformat';

/**
 * The context of the open document at *path*: as a notebook, else in any editor.
 */
export function contextOf(
  documents: IDocumentManager,
  path: string
): DocumentRegistry.Context | undefined {
  const widget = documents.findWidget(path, 'Notebook') ?? documents.findWidget(path, null);
  return widget && documents.contextForWidget(widget);
}

/**
 * The notebook at *path* as it is on screen; undefined where it is not open.
 *
 * One that JupyterLab has not loaded yet is as its file: it waits for being looked at, perhaps
 * for ever.
 */
export function contentOnScreen(
  documents: IDocumentManager,
  path: string
): INotebookContent | undefined {
  const context = contextOf(documents, path);
  return context?.isReady && 'cells' in context.model
    ? (context.model.toJSON() as unknown as INotebookContent)
    : undefined;
}

/**
 * The notebook at *path* as it is on screen; undefined where the file is the same, as far as is
 * known.
 */
export function unsavedContent(
  documents: IDocumentManager,
  path: string
): INotebookContent | undefined {
  const model = contextOf(documents, path)?.model;
  return model?.dirty || model?.collaborative ? contentOnScreen(documents, path) : undefined;
}

/**
 * The SHA-256 of the file that *context* has read or written last; null where that is not known.
 */
export function lastSeenHash(context: DocumentRegistry.Context | undefined): string | null {
  const { hash, hash_algorithm: algorithm } = context?.contentsModel ?? {};
  return algorithm === 'sha256' && !context?.model.collaborative ? (hash ?? null) : null;
}
