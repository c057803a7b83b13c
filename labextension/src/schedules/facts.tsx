/**
 * The facts about a schedule.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IEnvironment } from '../api/environments';
import type { ISchedule } from '../api/schedules';
import { environmentWords } from '../display/environment';
import type { IFact } from '../display/facttable';
import { FactTable, Link } from '../display/facttable';
import { moment } from '../display/format';
import { span, zoned } from './format';

/**
 * What the facts need; *onOpen* gets the path of a file, *onMove* is that it is to run in
 * the environment of this JupyterLab.
 */
export interface IScheduleFactsProps {
  onMove: () => void;
  onOpen: (path: string) => void;
  schedule: ISchedule;
  trans: TranslationBundle;
}

/**
 * The notebook, the rule, and what holds for every occurrence.
 */
export function ScheduleFacts(props: IScheduleFactsProps): JSX.Element {
  const { onOpen, schedule, trans } = props;
  const { environment, notebook, next_run_at: next, timezone: zone } = schedule;
  const facts: ReadonlyArray<IFact> = [
    [trans.__('Notebook'), <Link onClick={() => onOpen(notebook)}>{notebook}</Link>],
    [trans.__('Next run'), next && moment(next)],
    [trans.__('Cron'), schedule.cron && <code>{schedule.cron}</code>],
    [trans.__('Time zone'), zone],
    [trans.__('Start'), schedule.start && zoned(schedule.start, zone)],
    [trans.__('End'), schedule.end && zoned(schedule.end, zone)],
    [trans.__('Occurrences'), soFar(schedule, trans)],
    [trans.__('If the last one still runs'), overlapWords(schedule, trans)],
    [trans.__('If the server was down'), catchUpWords(schedule, trans)],
    [trans.__('Grace'), span(schedule.grace)],
    [trans.__('Pause after'), failureWords(schedule, trans)],
    [trans.__('Kernel'), schedule.kernel_name],
    [trans.__('Environment'), environment && <Environment {...props} environment={environment} />],
    [trans.__('Timeout'), schedule.timeout && span(schedule.timeout)],
    [trans.__('Attempts'), schedule.max_attempts > 1 && `${schedule.max_attempts}`],
    [trans.__('Output'), schedule.output_path],
    [trans.__('Created'), [moment(schedule.created_at), schedule.owner].filter(Boolean).join(', ')]
  ];
  return <FactTable facts={facts} />;
}

/** Where its jobs run, and the way from there to here. */
function Environment(props: IScheduleFactsProps & { environment: IEnvironment }): JSX.Element {
  const { environment, onMove, schedule, trans } = props;
  const canMove = !environment.is_here && schedule.state !== 'ENDED';
  return (
    <>
      {environmentWords(environment)}
      {environment.is_gone && ` (${trans.__('gone')})`}{' '}
      {canMove && <Link onClick={onMove}>{trans.__("Run it in this Lab's environment")}</Link>}
    </>
  );
}

function soFar(
  { max_occurrences: most, occurrences }: ISchedule,
  trans: TranslationBundle
): string {
  return most === null ? `${occurrences}` : trans.__('%1 of %2', occurrences, most);
}

function overlapWords({ overlap }: ISchedule, trans: TranslationBundle): string {
  const words: Record<NonNullable<typeof overlap>, string> = {
    skip: trans.__('Skip this time'),
    queue: trans.__('Wait until it is over'),
    allow: trans.__('Start anyway'),
    cancel_running: trans.__('Cancel it and start')
  };
  return words[overlap];
}

function catchUpWords({ catch_up: catchUp }: ISchedule, trans: TranslationBundle): string {
  const words: Record<NonNullable<typeof catchUp>, string> = {
    latest: trans.__('Run the latest that was missed'),
    skip: trans.__('Skip what was missed'),
    all: trans.__('Run all that were missed, up to 100')
  };
  return words[catchUp];
}

function failureWords(schedule: ISchedule, trans: TranslationBundle): string {
  const { failures_in_a_row: failures, max_consecutive_failures: most } = schedule;
  const limit =
    most === null ? trans.__('Never') : trans._n('%1 failure', '%1 failures in a row', most);
  return failures ? trans.__('%1 (%2 now)', limit, failures) : limit;
}
