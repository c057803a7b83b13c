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
        {visible.map((run, position) => {
          const { job_id: job, nominal_time } = run;
          const seconds = lengths[position] ?? null;
          const result = resultOf(run, run.status);
          const Icon = resultIcons[result];
          const words = [nominalWords(run, zone, trans), resultName(result, trans)];
          const label = [...words, seconds !== null && fineDuration(seconds), reasonOfRun(run)];
          const title = label.filter(Boolean).join(' · ');
          const share = longest && seconds !== null ? seconds / longest : 0;
          return (
            <button
              aria-disabled={job === null || result === 'GONE'}
              aria-label={title}
              data-status={result}
              key={nominal_time}
              {...buttonProps(position)}
              onClick={() => job !== null && result !== 'GONE' && onPick(job)}
              title={title}
              type="button"
            >
              <span
                className="jp-NbTasks-chart-bar"
                style={{ height: `calc((100% - 20px) * ${share})` }}
              />
              <Icon.react tag="span" className="jp-NbTasks-status" />
            </button>
          );
        })}
      </div>
    </div>
  );
}

function reasonOfRun({ job, why }: IRun): string | null {
  return why ?? job?.message ?? null;
}

function lengthOf({ job, seconds, status }: IRun, now: number): number | null {
  return status === 'EXECUTING' && job ? secondsOf(job, now) : seconds;
}
