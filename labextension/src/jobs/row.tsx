/**
 * One job as a row of the list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import {
  closeIcon,
  deleteIcon,
  html5Icon,
  launchIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { CSSProperties } from 'react';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { elsewhereWords } from '../display/environment';
import { ago, duration } from '../display/format';
import { Action } from '../lists/action';
import { reasonOf, secondsOf, statusName } from './format';
import { statusIcons } from './icons';
import { CellsDone } from './progress';
import { isFinal } from './status';

/**
 * What a row needs.
 */
export interface IJobRowProps {
  commands: CommandRegistry;
  /** How many there are in all, -1 if that is not known. */
  count: number;
  index: number;
  isCurrent: boolean;
  job: IJob;
  now: number;
  onFocus: () => void;
  style: CSSProperties;
  trans: TranslationBundle;
}

/**
 * A job: its status, its name, how far it is or how it ended, and what can be done with it.
 */
export function JobRow(props: IJobRowProps): JSX.Element {
  const { commands, count, index, isCurrent, job, onFocus, trans } = props;
  const status = statusName(job.status, trans);
  const Icon = statusIcons[job.status];
  return (
    <li
      aria-current={isCurrent}
      aria-label={[job.name, status, detail(job, trans)].filter(Boolean).join(', ')}
      aria-posinset={index + 1}
      aria-setsize={count}
      className="jp-NbTasks-row jp-NbTasks-job"
      data-job={job.id}
      data-status={job.status}
      onClick={() => void commands.execute(CommandIDs.job.open, { id: job.id })}
      onFocus={onFocus}
      style={props.style}
      tabIndex={isCurrent ? 0 : -1}
      title={hint(job, status, trans)}
    >
      <Icon.react tag="span" className="jp-NbTasks-status" />
      <span className="jp-NbTasks-job-name">{job.name}</span>
      <State {...props} />
      <Actions {...props} />
    </li>
  );
}

function State({ job, now, trans }: IJobRowProps): JSX.Element {
  const seconds = secondsOf(job, now);
  if (job.status === 'EXECUTING') {
    const { completed, total } = job.progress;
    return (
      <>
        <CellsDone progress={job.progress} trans={trans} />
        <span className="jp-NbTasks-job-count">
          {completed}/{total}
        </span>
        <span className="jp-NbTasks-job-time">{duration(seconds ?? 0)}</span>
      </>
    );
  }
  if (job.status === 'FAILED') {
    return <span className="jp-NbTasks-job-reason">{reasonOf(job, trans)}</span>;
  }
  const facts =
    job.status === 'COMPLETED' && seconds !== null
      ? [ago(job.ended_at ?? job.created_at), duration(seconds)]
      : job.status === 'CANCELLED'
        ? [ago(job.ended_at ?? job.created_at)]
        : [statusName(job.status, trans)];
  return <span className="jp-NbTasks-job-time">{facts.join(' · ')}</span>;
}

function Actions({ commands, isCurrent, job, trans }: IJobRowProps): JSX.Element {
  const action = (command: string, label: string, icon: LabIcon) => (
    <Action {...{ command, commands, icon, id: job.id, isCurrent, label }} />
  );
  if (!isFinal(job.status)) {
    return (
      <span className="jp-NbTasks-actions jp-mod-shown">
        {job.status !== 'CANCELLING' &&
          action(CommandIDs.job.cancel, trans.__('Cancel'), closeIcon)}
      </span>
    );
  }
  return (
    <span className="jp-NbTasks-actions">
      {action(CommandIDs.job.output, trans.__('Open output'), launchIcon)}
      {action(CommandIDs.job.report, trans.__('Report (HTML)'), html5Icon)}
      {action(CommandIDs.job.rerun, trans.__('Run again'), refreshIcon)}
      {action(CommandIDs.job.remove, trans.__('Delete'), deleteIcon)}
    </span>
  );
}

/** What the row shows besides name and status, for people who use a screen reader. */
function detail(job: IJob, trans: TranslationBundle): string {
  const { completed, total } = job.progress;
  if (job.status === 'EXECUTING') {
    return trans.__('%1 of %2 cells', completed, total);
  }
  return job.status === 'FAILED' ? reasonOf(job, trans) : ago(job.ended_at ?? job.created_at);
}

function hint(job: IJob, status: string, trans: TranslationBundle): string {
  const time = ago(job.ended_at ?? job.started_at ?? job.created_at);
  const lines = [job.notebook ?? job.name, `${status} · ${time}`];
  if (job.status === 'FAILED') {
    lines.push(reasonOf(job, trans));
  }
  lines.push(elsewhereWords(job.environment, trans));
  const values = Object.entries(job.parameters);
  lines.push(...values.map(([name, value]) => `${name} = ${short(value)}`));
  if (job.left_out.includes('parameters')) {
    lines.push(trans.__('… and longer values'));
  }
  return lines.filter(Boolean).join('\n');
}

function short(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
