/**
 * One schedule as a row of the list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { editIcon, pauseIcon, refreshIcon, runIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { CSSProperties } from 'react';
import type { ISchedule } from '../api/schedules';
import { CommandIDs } from '../commandids';
import { elsewhereWords } from '../display/environment';
import { moment } from '../display/format';
import { Action } from '../lists/action';
import { placeOf, recentWords, stateName, until, zoned } from './format';
import { stateIcons } from './icons';
import { Sparkline } from './sparkline';

/**
 * What a row needs.
 */
export interface IScheduleRowProps {
  commands: CommandRegistry;
  /** How many there are in all, -1 if that is not known. */
  count: number;
  index: number;
  isCurrent: boolean;
  now: number;
  onFocus: () => void;
  schedule: ISchedule;
  style: CSSProperties;
  trans: TranslationBundle;
}

/**
 * A schedule: its state, its name, its rule or why it pauses, its last ten, and when it is due.
 */
export function ScheduleRow(props: IScheduleRowProps): JSX.Element {
  const { commands, count, index, isCurrent, now, onFocus, schedule, trans } = props;
  const { description, id, message, name, recent, state } = schedule;
  const due = dueWords(schedule, now, trans);
  const place = placeOf(schedule);
  const past = recent.length ? recentWords(recent, trans) : '';
  const Icon = stateIcons[state];
  return (
    <li
      aria-current={isCurrent}
      aria-label={[name, due, message, description, place, past].filter(Boolean).join(', ')}
      aria-posinset={index + 1}
      aria-setsize={count}
      className="jp-NbTasks-row jp-NbTasks-schedule"
      data-schedule={id}
      data-state={state}
      onClick={() => void commands.execute(CommandIDs.schedule.open, { id })}
      onFocus={onFocus}
      style={props.style}
      tabIndex={isCurrent ? 0 : -1}
      title={hint(schedule, trans)}
    >
      <Icon.react tag="span" className="jp-NbTasks-status" />
      <span className="jp-NbTasks-row-lines">
        <span className="jp-NbTasks-row-line">
          <span className="jp-NbTasks-schedule-name">{name}</span>
          <span className="jp-NbTasks-schedule-due">{due}</span>
          <Actions {...props} />
        </span>
        <span className="jp-NbTasks-row-line">
          {message ? (
            <span className="jp-NbTasks-schedule-message">{message}</span>
          ) : (
            <>
              <span className="jp-NbTasks-schedule-rule">{description}</span>
              {place && <span className="jp-NbTasks-schedule-place">{place}</span>}
            </>
          )}
          <Sparkline recent={recent} trans={trans} />
        </span>
      </span>
    </li>
  );
}

function Actions({ commands, isCurrent, schedule, trans }: IScheduleRowProps): JSX.Element {
  const { id, state } = schedule;
  const action = (command: string, label: string, icon: LabIcon) =>
    commands.hasCommand(command) && (
      <Action {...{ command, commands, icon, id, isCurrent, label }} />
    );
  const { edit, run, toggle } = CommandIDs.schedule;
  const isActive = state === 'ACTIVE';
  return (
    <span className="jp-NbTasks-actions">
      {action(run, trans.__('Run now'), runIcon)}
      {state !== 'ENDED' &&
        action(
          toggle,
          isActive ? trans.__('Pause') : trans.__('Resume'),
          isActive ? pauseIcon : refreshIcon
        )}
      {action(edit, trans.__('Edit…'), editIcon)}
    </span>
  );
}

/** When it is due, or that it is not. */
function dueWords(
  { next_run_at: next, state }: ISchedule,
  now: number,
  trans: TranslationBundle
): string {
  return next === null ? stateName(state, trans) : until(next, now, trans);
}

function hint(schedule: ISchedule, trans: TranslationBundle): string {
  const { cron, message, next_run_at: next, notebook, timezone } = schedule;
  const lines = [notebook, [schedule.description, cron && timezone].filter(Boolean).join(' · ')];
  if (next !== null) {
    lines.push(trans.__('Next: %1', moment(next)));
    if (cron && timezone) {
      lines.push(trans.__('There: %1', zoned(next, timezone)));
    }
  }
  const elsewhere = elsewhereWords(schedule.environment, trans);
  return [...lines, elsewhere, message].filter(Boolean).join('\n');
}
