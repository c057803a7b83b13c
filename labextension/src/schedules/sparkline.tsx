/**
 * The last occurrences of a schedule as small bars.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRecentOccurrence } from '../api/schedules';
import { recentWords } from './format';
import { resultOf } from './status';

const MOST = 10;
const STEP = 5;
const WIDTH = 4;
const HEIGHT = 14;
const LEAST = 2;

/**
 * What a sparkline needs; *recent* is newest first.
 */
export interface ISparklineProps {
  recent: ReadonlyArray<IRecentOccurrence>;
  trans: TranslationBundle;
}

/**
 * A bar an occurrence, the newest on the right, as high as its job was long.
 */
export function Sparkline({ recent, trans }: ISparklineProps): JSX.Element | null {
  if (!recent.length) {
    return null;
  }
  const words = recentWords(recent, trans);
  const longest = Math.max(...recent.map(({ seconds }) => seconds ?? 0));
  const width = MOST * STEP - 1;
  return (
    <svg
      aria-label={words}
      className="jp-NbTasks-spark"
      height={HEIGHT}
      role="img"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
    >
      <title>{words}</title>
      {recent.slice(0, MOST).map((occurrence, index) => {
        const share = longest && occurrence.seconds !== null ? occurrence.seconds / longest : 0;
        const height = LEAST + (HEIGHT - LEAST) * share;
        return (
          <rect
            data-status={resultOf(occurrence, occurrence.status)}
            height={height}
            key={occurrence.nominal_time}
            width={WIDTH}
            x={(MOST - 1 - index) * STEP}
            y={HEIGHT - height}
          />
        );
      })}
    </svg>
  );
}
