/**
 * One job as a row of the list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { closeIcon, deleteIcon, html5Icon, launchIcon, runIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { CSSProperties, MouseEvent } from 'react';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { elsewhereWords } from '../display/environment';
import { ago, duration } from '../display/format';
import { Action } from '../lists/action';
import { progressWords, reasonOf, secondsOf, statusName } from './format';
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
  isSelected: boolean;
  job: IJob;
  now: number;
  onFocus: () => void;
  /** Select it, or no longer; or all from the last one selected to it. */
  onSelect: (isRange: boolean) => void;
  style: CSSProperties;
  trans: TranslationBundle;
}

/**
 * A job: its status, its name, when it ended and how long it took, and what can be done with it; below
 * how far it is, why it failed, or with which values it ran.
 */
export function JobRow(props: IJobRowProps): JSX.Element {
  const { count, index, isCurrent, isSelected, job, onFocus, trans } = props;
  const status = statusName(job.status, trans);
  const Icon = statusIcons[job.status];
  return (
    <li
      aria-current={isCurrent}
      aria-label={[job.name, status, detail(job, trans), isSelected && trans.__('selected')]
        .filter(Boolean)
        .join(', ')}
      aria-posinset={index + 1}
      aria-setsize={count}
      className="jp-NbTasks-row jp-NbTasks-job"
      data-job={job.id}
      data-selected={isSelected}
      data-status={job.status}
      onClick={event => onClick(event, props)}
      onFocus={onFocus}
      style={props.style}
      tabIndex={isCurrent ? 0 : -1}
      title={hint(job, status, trans)}
    >
      <Icon.react tag="span" className="jp-NbTasks-status" />
      <span className="jp-NbTasks-row-lines">
        <span className="jp-NbTasks-row-line">
          <span className="jp-NbTasks-job-name">{job.name}</span>
          <span className="jp-NbTasks-job-time">{timeWords(props)}</span>
          <Actions {...props} />
        </span>
        <span className="jp-NbTasks-row-line">
          <About job={job} trans={trans} />
        </span>
      </span>
    </li>
  );
}

/** A click opens the job; with Ctrl, Cmd or Shift it selects. */
function onClick(event: MouseEvent, { commands, job, onSelect }: IJobRowProps): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) {
    onSelect(event.shiftKey);
  } else {
    void commands.execute(CommandIDs.job.open, { id: job.id });
  }
}

/** When it ended and how long it took, or how long it runs already. */
function timeWords({ job, now, trans }: IJobRowProps): string {
  const seconds = secondsOf(job, now);
  if (job.status === 'EXECUTING') {
    return duration(seconds ?? 0);
  }
  if (!isFinal(job.status)) {
    return statusName(job.status, trans);
  }
  const took = seconds === null ? [] : [duration(seconds)];
  return [ago(job.ended_at ?? job.created_at), ...took].join(' · ');
}

/** How far it is, why it failed, or with which values it ran. */
function About({ job, trans }: Pick<IJobRowProps, 'job' | 'trans'>): JSX.Element {
  if (job.status === 'FAILED') {
    return <span className="jp-NbTasks-job-reason">{reasonOf(job, trans)}</span>;
  }
  const { completed, total } = job.progress;
  const values = valuesOf(job).join(', ');
  return (
    <>
      {job.status === 'EXECUTING' && (
        <>
          <CellsDone progress={job.progress} trans={trans} />
          <span className="jp-NbTasks-job-count">
            {total ? `${completed}/${total}` : trans.__('Its kernel starts…')}
          </span>
        </>
      )}
      <span className="jp-NbTasks-job-about">{values || job.notebook}</span>
    </>
  );
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
      {action(CommandIDs.job.rerun, trans.__('Run again'), runIcon)}
      {action(CommandIDs.job.remove, trans.__('Delete'), deleteIcon)}
    </span>
  );
}

/** What the row shows besides name and status, for people who use a screen reader. */
function detail(job: IJob, trans: TranslationBundle): string {
  if (job.status === 'EXECUTING') {
    return progressWords(job.progress, trans);
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
  lines.push(...valuesOf(job));
  if (job.left_out.includes('parameters')) {
    lines.push(trans.__('… and longer values'));
  }
  return lines.filter(Boolean).join('\n');
}

function valuesOf({ parameters }: IJob): string[] {
  return Object.entries(parameters).map(([name, value]) => `${name} = ${short(value)}`);
}

function short(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
