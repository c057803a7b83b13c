/**
 * Where a job's files are now.
 */
import type { ServiceManager } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJob } from '../api/jobs';
import { pathOfItem } from '../api/request';

/**
 * Whether there is a file at *path*.
 */
export async function fileExists(
  path: string,
  { contents }: ServiceManager.IManager
): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if (error instanceof ServerConnection.ResponseError && error.response.status === 404) {
      return false;
    }
    throw error;
  }
}

/**
 * The path of *notebook*, also if the file with this stable id was renamed; null if it is gone.
 */
export async function currentPath(
  notebook: string,
  itemId: string | null,
  manager: ServiceManager.IManager
): Promise<string | null> {
  if (await fileExists(notebook, manager)) {
    return notebook;
  }
  // The server may know the id of a file that was removed behind its back.
  const path = itemId && (await pathOfItem(manager.serverSettings, itemId));
  return path && (await fileExists(path, manager)) ? path : null;
}

/**
 * The path of the notebook that *job* ran, also if it was renamed; throws where it is gone.
 */
export async function notebookPath(
  job: IJob,
  manager: ServiceManager.IManager,
  trans: TranslationBundle
): Promise<string> {
  const { item_id, notebook } = job;
  if (notebook === null) {
    throw new Error(trans.__('This job ran a notebook that is not a file.'));
  }
  const path = await currentPath(notebook, item_id, manager);
  if (!path) {
    throw new Error(
      trans.__(
        'There is no file %1 any more. The job has a copy: “Run Again” runs it, “Save a Copy…” keeps it with its outputs.',
        notebook
      )
    );
  }
  return path;
}
