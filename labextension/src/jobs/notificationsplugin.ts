/**
 * Tells when jobs of this person begin and end.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { fetchUser } from '../api/config';
import { JobsApi } from '../api/jobs';
import { CommandIDs } from '../commandids';
import type { IJobs } from '../tokens';
import { INbTasks, INotebookRunner } from '../tokens';
import { Endings } from './endings';
import { Notices } from './notices';

const ID = 'jupyter-nbtasks:notifications';
const SIDEBAR = 'jp-nbtasks-sidebar';

/**
 * A notification for the jobs that this person submits, and for those of theirs that end.
 */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Tells when notebook tasks of this person begin and end.',
  autoStart: true,
  requires: [INbTasks],
  optional: [INotebookRunner, ISettingRegistry, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs }: INbTasks,
    runner: INotebookRunner | null,
    registry: ISettingRegistry | null,
    state: IStateDB | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    const notices = new Notices(commands, trans);
    let occasion = 'always';
    void registry?.load(ID).then(settings => {
      const readSetting = (): void => {
        occasion = settings.get('when').composite as string;
      };
      settings.changed.connect(readSetting);
      readSetting();
    });
    runner?.submitted.connect((_, job) => {
      jobs.addOwn(job);
      if (occasion === 'always' && !isSidebarOpen(app)) {
        notices.submitted(job);
      }
    });
    jobs.itemChanged.connect((_, id) => {
      if (!jobs.get(id)) {
        notices.leave(id);
      }
    });
    commands.commandExecuted.connect((_, { args, id }) => {
      if ((id === CommandIDs.job.open || id === CommandIDs.job.cell) && args['id']) {
        notices.leave(args['id'] as string);
      }
    });
    void follow(app, jobs, state).then(endings =>
      endings?.ended.connect((_, { jobs: all, wasAway }) => {
        const meant =
          occasion === 'never'
            ? []
            : all.filter(({ status }) => occasion === 'always' || status === 'FAILED');
        if (meant.length) {
          notices.ended({ jobs: meant, wasAway });
        }
      })
    );
  }
};

function isSidebarOpen({ shell }: JupyterFrontEnd): boolean {
  return [...shell.widgets('left')].some(({ id, isVisible }) => id === SIDEBAR && isVisible);
}

/** The endings since the last one that was told in this workspace. */
async function follow(
  { serviceManager: { serverSettings } }: JupyterFrontEnd,
  jobs: IJobs,
  state: IStateDB | null
): Promise<Endings> {
  const since = await state?.fetch(ID);
  return new Endings({
    api: new JobsApi(serverSettings),
    jobs,
    user: await fetchUser(serverSettings),
    since: typeof since === 'string' ? since : null,
    remember: moment => void state?.save(ID, moment)
  });
}
