/**
 * How long the last occurrences took, and what came of them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useNow } from '../display/clock';
import { fineDuration } from '../display/format';
import { secondsOf } from '../jobs/format';
import { useRoving } from '../lists/roving';
import { nominalWords, resultName } from './format';
import { resultIcons } from './icons';
import type { IRun } from './live';
import { resultOf } from './status';

const MOST = 60;

/**
 * What a chart needs; *runs* are newest first, *zone* is that of the schedule.
 */
export interface IChartProps {
  onPick: (job: string) => void;
  runs: ReadonlyArray<IRun>;
  trans: TranslationBundle;
  zone: string | null | undefined;
}

/**
 * A bar an occurrence, the newest on the right; a click opens its job, the arrow keys lead from
 * one to the next.
 */
export function Chart({ onPick, runs, trans, zone }: IChartProps): JSX.Element {
  const isRunning = runs.some(({ status }) => status === 'EXECUTING');
  const now = useNow(isRunning ? 1000 : null);
  const visible = runs.slice(0, MOST).reverse();
  const { onKeyDown, buttonProps, ref } = useRoving<HTMLDivElement>(
    visible.length,
    visible.length - 1
  );
  const lengths = visible.map(run => lengthOf(run, now));
  const longest = Math.max(...lengths.map(seconds => seconds ?? 0));
  return (
    <div className="jp-NbTasks-chart">
      <div aria-hidden className="jp-NbTasks-chart-axis">
        <span>{longest > 0 && fineDuration(longest)}</span>
        <span>{longest > 0 && fineDuration(longest / 2)}</span>
        <span>0</span>
      </div>
      <div
        aria-label={trans.__('The last occurrences')}
        className="jp-NbTasks-chart-bars"
        onKeyDown={onKeyDown}
        ref={ref}
        role="toolbar"
      >
        {visible.map((run, position) => (
          <Bar
            key={run.nominal_time}
            longest={longest}
            onPick={onPick}
            run={run}
            seconds={lengths[position] ?? null}
            trans={trans}
            zone={zone}
            {...buttonProps(position)}
          />
        ))}
      </div>
    </div>
  );
}

interface IBarProps extends Pick<IChartProps, 'onPick' | 'trans' | 'zone'> {
  /** How many seconds the longest of all bars stands for. */
  longest: number;
  onFocus: () => void;
  run: IRun;
  seconds: number | null;
  tabIndex: number;
}

function Bar({ longest, onPick, run, seconds, trans, zone, ...button }: IBarProps): JSX.Element {
  const result = resultOf(run, run.status);
  const job = result === 'GONE' ? null : run.job_id;
  const Icon = resultIcons[result];
  const title = [
    nominalWords(run, zone, trans),
    resultName(result, trans),
    seconds !== null && fineDuration(seconds),
    reasonOfRun(run)
  ]
    .filter(Boolean)
    .join(' · ');
  const share = longest && seconds !== null ? seconds / longest : 0;
  return (
    <button
      aria-disabled={job === null}
      aria-label={title}
      data-status={result}
      {...button}
      onClick={() => job !== null && onPick(job)}
      title={title}
      type="button"
    >
      <span className="jp-NbTasks-chart-bar" style={{ height: `calc((100% - 20px) * ${share})` }} />
      <Icon.react tag="span" className="jp-NbTasks-status" />
    </button>
  );
}

function reasonOfRun({ job, why }: IRun): string | null {
  return why ?? job?.message ?? null;
}

function lengthOf({ job, seconds, status }: IRun, now: number): number | null {
  return status === 'EXECUTING' && job ? secondsOf(job, now) : seconds;
}
