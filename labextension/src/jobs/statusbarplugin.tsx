/**
 * How many jobs run, in the status bar.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar, TextItem } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { CommandIDs } from '../commandids';
import type { IJobs } from '../tokens';
import { INbTasks } from '../tokens';

/**
 * Says how many jobs run; a click shows them.
 */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbtasks:status',
  description: 'Says in the status bar how many notebook tasks run.',
  autoStart: true,
  requires: [INbTasks, IStatusBar],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs }: INbTasks,
    statusBar: IStatusBar,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbtasks');
    statusBar.registerStatusItem('jupyter-nbtasks:running', {
      item: new RunningItem(jobs, app.commands, trans),
      align: 'left',
      rank: 50,
      isActive: () => jobs.running + jobs.waiting > 0,
      activeStateChanged: jobs.stateChanged
    });
  }
};

class RunningItem extends VDomRenderer<IJobs> {
  constructor(
    jobs: IJobs,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {
    super(jobs);
    this.addClass('jp-mod-highlighted');
  }

  protected override render(): JSX.Element {
    const { running, waiting } = this.model;
    const words = [
      ...(running ? [this._trans._n('%1 running', '%1 running', running)] : []),
      ...(waiting ? [this._trans._n('%1 waiting', '%1 waiting', waiting)] : [])
    ].join(' · ');
    const show = (): void => void this._commands.execute(CommandIDs.showTasks);
    return (
      <TextItem
        className="jp-NbTasks-running"
        onClick={show}
        onKeyDown={({ key }) => (key === 'Enter' || key === ' ') && show()}
        role="button"
        source={words}
        tabIndex={0}
        title={this._trans.__('Notebook tasks that are running or waiting')}
      />
    );
  }
}
