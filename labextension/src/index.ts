/**
 * The front end's entry: the plugins that JupyterLab loads, nothing else.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

/**
 * Notebook tasks in JupyterLab; it adds nothing to the screen yet.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:plugin',
  description: 'Runs notebooks as jobs and shows how they go.',
  autoStart: true,
  activate: (): void => {}
};

export default plugin;
