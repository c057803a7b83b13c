/**
 * The notebook of a job, wherever it is by now.
 */
import type { ServiceManager } from '@jupyterlab/services';
import { ContentsManager, ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { notebookPath } from '../../src/jobs/files';
import { FakeServer, job } from './server';

const ID = '0123456789abcdef0123456789abcdef';
const FILES = 'GET http://server/api/contents';
const IDS = 'GET http://server/api/fileid/path';

let server: FakeServer;

function found(answers: Record<string, unknown>, isBusy = false): Promise<string> {
  server = Object.assign(new FakeServer(), { answers, isBusy });
  const serverSettings = server.settings;
  const contents = new ContentsManager({ serverSettings });
  const manager = { contents, serverSettings } as unknown as ServiceManager.IManager;
  return notebookPath(job('a', 'FAILED', { item_id: ID }), manager, nullTranslator.load(''));
}

function file(path: string): object {
  const times = { created: '2026-01-01T00:00:00Z', last_modified: '2026-01-01T00:00:00Z' };
  const facts = { content: null, format: null, mimetype: null, type: 'notebook', writable: true };
  return { name: path, path, ...times, ...facts };
}

describe('notebookOf', () => {
  it('is where it was', async () => {
    const answers = { [`${FILES}/a.ipynb`]: file('a.ipynb'), [IDS]: { path: 'b.ipynb' } };

    expect(await found(answers)).toBe('a.ipynb');
  });

  it('follows a renamed file by its id', async () => {
    const answers = { [`${FILES}/b.ipynb`]: file('b.ipynb'), [IDS]: { id: ID, path: 'b.ipynb' } };

    expect(await found(answers)).toBe('b.ipynb');
    expect(server.requests).toContain(`${IDS}?id=01234567-89ab-cdef-0123-456789abcdef`);
  });

  it('says that a file is gone', async () => {
    await expect(found({})).rejects.toThrow('There is no file a.ipynb any more.');
  });

  it('says so also where its id still leads there', async () => {
    const answers = { [IDS]: { id: ID, path: 'a.ipynb' } };

    await expect(found(answers)).rejects.toThrow('There is no file a.ipynb any more.');
  });

  it('takes no other trouble for a file that is gone', async () => {
    await expect(found({}, true)).rejects.toBeInstanceOf(ServerConnection.ResponseError);
  });
});
