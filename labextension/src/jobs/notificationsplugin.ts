/**
 * Tells when a job ends that was submitted here.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { fineDuration } from '../display/format';
import { INbTasks, INotebookRunner } from '../tokens';
import { reasonOf, secondsOf } from './format';

const ID = 'jupyter-nbtasks:notifications';
const AUTO_CLOSE = 10_000;

/**
 * A notification for each job of mine that ends.
 */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Tells when a notebook task ends that was submitted in this window.',
  autoStart: true,
  requires: [INbTasks],
  optional: [INotebookRunner, ISettingRegistry, ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    { jobs }: INbTasks,
    runner: INotebookRunner | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    let occasion = 'always';
    void registry?.load(ID).then(settings => {
      const readSetting = (): void => {
        occasion = settings.get('when').composite as string;
      };
      settings.changed.connect(readSetting);
      readSetting();
    });
    runner?.submitted.connect((_, job) => jobs.addOwn(job));
    jobs.ended.connect((_, job) => {
      const isWanted = occasion === 'always' || (occasion === 'failure' && job.status === 'FAILED');
      if (isWanted && jobs.isOwn(job.id)) {
        notify(job, commands, trans);
      }
    });
  }
};

function notify(job: IJob, commands: CommandRegistry, trans: TranslationBundle): void {
  const { id } = job;
  const action = (label: string, command: string): Notification.IAction => ({
    label,
    callback: () => void commands.execute(command, { id })
  });
  const open = action(trans.__('Open job'), CommandIDs.job.open);
  if (job.status === 'FAILED') {
    const goTo = action(trans.__('Go to the cell'), CommandIDs.job.cell);
    Notification.error(trans.__('“%1” failed: %2', job.name, reasonOf(job, trans)), {
      actions: job.error && job.notebook ? [goTo, open] : [open],
      autoClose: false
    });
  } else if (job.status === 'COMPLETED') {
    const time = fineDuration(secondsOf(job, Date.now()) ?? 0);
    Notification.success(trans.__('“%1” has completed in %2.', job.name, time), {
      actions: [action(trans.__('Open output'), CommandIDs.job.output)],
      autoClose: AUTO_CLOSE
    });
  } else {
    Notification.info(trans.__('“%1” was cancelled.', job.name), {
      actions: [open],
      autoClose: AUTO_CLOSE
    });
  }
}
