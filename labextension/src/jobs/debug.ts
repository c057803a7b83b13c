/**
 * Opens a console on the kernel of a failed job that was kept.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJob } from '../api/jobs';

/**
 * Whether *job* failed and its kernel is still there, as far as is known.
 */
export function hasKernel({ kernel_id, status }: IJob): boolean {
  return status === 'FAILED' && kernel_id !== null;
}

/**
 * Open a console on the kernel of *job*, or show the one that is open; throws if it is gone.
 */
export async function openConsole(
  { id, kernel_id, kernel_name, name, notebook }: IJob,
  { commands, serviceManager: { kernels, sessions } }: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<void> {
  if (kernel_id === null || !(await kernels.findById(kernel_id))) {
    throw new Error(
      trans.__(
        'The kernel of this job has ended: it is kept only for as long as “Keep kernel” says. Choose a longer time with “Run Again With…”.'
      )
    );
  }
  const path = PathExt.join(PathExt.dirname(notebook ?? ''), `debug-${id}`);
  await sessions.refreshRunning();
  const isOpen = [...sessions.running()].some(session => session.path === path);
  await commands.execute(isOpen ? 'console:open' : 'console:create', {
    path,
    name: trans.__('Debug %1', name),
    kernelPreference: { id: kernel_id, name: kernel_name }
  });
}
