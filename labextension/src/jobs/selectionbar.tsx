/**
 * What can be done with all jobs that are selected in the list.
 */
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { clearIcon, closeIcon, deleteIcon, runIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';
import type { IJob } from '../api/jobs';
import { IconButton } from '../lists/iconbutton';
import type { IJobs } from '../tokens';
import { isFinal } from './status';

/**
 * What the bar needs; *selected* are not none.
 */
export interface ISelectionBarProps {
  jobs: IJobs;
  onClear: () => void;
  selected: ReadonlyArray<IJob>;
  trans: TranslationBundle;
}

/** Something to do with those of the selected jobs that it *means*. */
interface IAction {
  label: string;
  icon: LabIcon;
  means: ReadonlyArray<IJob>;
  work: () => Promise<unknown>;
}

/**
 * How many are selected, and a button for each thing that can be done with them.
 */
export function SelectionBar(props: ISelectionBarProps): JSX.Element {
  const { onClear, selected, trans } = props;
  const [isBusy, setBusy] = useState(false);
  const act = async ({ label, work }: IAction): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      await showErrorMessage(label, error as Error);
    }
    setBusy(false);
  };
  return (
    <div
      aria-label={trans.__('Selected jobs')}
      className="jp-NbTasks-filter jp-NbTasks-selection"
      role="toolbar"
    >
      <span role="status">{trans.__('%1 selected', selected.length)}</span>
      {actionsOf(props).map(action => (
        <IconButton
          icon={action.icon}
          isDisabled={isBusy || !action.means.length}
          key={action.icon.name}
          label={action.label}
          onClick={() => void act(action)}
        />
      ))}
      <IconButton
        icon={clearIcon}
        isDisabled={isBusy}
        label={trans.__('Select none')}
        onClick={onClear}
      />
    </div>
  );
}

function actionsOf({ jobs, selected, trans }: ISelectionBarProps): IAction[] {
  const over = selected.filter(({ status }) => isFinal(status));
  const open = selected.filter(({ status }) => !isFinal(status) && status !== 'CANCELLING');
  const remove = async (): Promise<void> => {
    if (await isSure(over.length, trans)) {
      await withEach(over, ({ id }) => jobs.remove(id));
    }
  };
  return [
    {
      label: trans.__('Cancel %1', open.length),
      icon: closeIcon,
      means: open,
      work: () => withEach(open, ({ id }) => jobs.cancel(id))
    },
    {
      label: trans.__('Run %1 again', selected.length),
      icon: runIcon,
      means: selected,
      work: () => withEach(selected, ({ id }) => jobs.rerun(id))
    },
    { label: trans.__('Delete %1…', over.length), icon: deleteIcon, means: over, work: remove }
  ];
}

/** Do *work* with each job in turn, whatever becomes of the others; throws the first refusal. */
async function withEach(
  jobs: ReadonlyArray<IJob>,
  work: (job: IJob) => Promise<unknown>
): Promise<void> {
  const refusals: unknown[] = [];
  for (const job of jobs) {
    await work(job).catch((error: unknown) => refusals.push(error));
  }
  if (refusals.length) {
    throw refusals[0];
  }
}

async function isSure(count: number, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans._n('Delete %1 job?', 'Delete %1 jobs?', count),
    body: trans.__('Their outputs are deleted with them; notebooks and written files stay.'),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })]
  });
  return button.accept;
}
