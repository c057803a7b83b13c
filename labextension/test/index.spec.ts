/**
 * What other extensions see of this one.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { IJob, IJobs } from '../src';
import plugins, { CommandIDs, INbTasks, INotebookRunner } from '../src';

/** A plugin of another extension, as its author would write it. */
const other: JupyterFrontEndPlugin<void> = {
  id: 'other:plugin',
  requires: [INbTasks],
  optional: [INotebookRunner],
  activate: ({ commands }, { jobs }: INbTasks, runner: INotebookRunner | null): void => {
    const open = (_: IJobs, { id }: IJob): void =>
      void commands.execute(CommandIDs.job.open, { id });
    jobs.ended.connect(open);
    void runner?.run([]);
  }
};

describe('The extension', () => {
  it('provides to other extensions what they can ask for', () => {
    const provided = plugins.flatMap(({ provides }) => provides ?? []);

    expect([...(other.requires ?? []), ...(other.optional ?? [])]).toEqual(provided);
  });

  it('has plugins of different names, each described', () => {
    const ids = plugins.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(plugins.filter(({ description }) => !description)).toEqual([]);
  });
});
