/**
 * Provides the notebook tasks of the server to the other plugins, and to other extensions.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { openEventBus } from '../api/eventbus';
import { JobsModel } from '../jobs/model';
import { SchedulesModel } from '../schedules/model';
import { SnapshotsModel } from '../snapshots/model';
import { INbTasks } from '../tokens';

/**
 * Provides the jobs, schedules and snapshots of the server; other extensions may ask for them.
 */
export const tasks: JupyterFrontEndPlugin<INbTasks> = {
  id: 'jupyter-nbtasks:tasks',
  description: 'Provides the notebook tasks of the server.',
  autoStart: true,
  provides: INbTasks,
  activate: ({ serviceManager: { serverSettings } }: JupyterFrontEnd): INbTasks => {
    const bus = openEventBus(serverSettings);
    return {
      jobs: new JobsModel(serverSettings, bus),
      schedules: new SchedulesModel(serverSettings, bus),
      snapshots: new SnapshotsModel(serverSettings, bus)
    };
  }
};
