/**
 * The cells of a job as bars, each as long as it took.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useRoving } from '../lists/roving';
import type { ICellState } from '../tokens';
import { useNow } from './clock';
import { cellName, fineDuration } from './words';

/**
 * What a timeline needs; *onPick* gets the index of a cell.
 */
export interface ITimelineProps {
  cells: ReadonlyArray<ICellState>;
  isRunning: boolean;
  onPick: (index: number) => void;
  trans: TranslationBundle;
}

/**
 * A bar a cell; a click goes to it, the arrow keys lead from one to the next.
 */
export function Timeline(props: ITimelineProps): JSX.Element | null {
  const { cells, isRunning, onPick, trans } = props;
  const now = useNow(isRunning ? 1000 : null);
  const roving = useRoving<HTMLDivElement>(cells.length);
  if (!cells.length) {
    return null;
  }
  const lengths = cells.map(cell => secondsOfCell(cell, now));
  const total = lengths.reduce((sum, seconds) => sum + seconds, 0);
  return (
    <div
      aria-label={trans.__('Timeline of the cells')}
      className="jp-NbTasks-timeline"
      onKeyDown={roving.onKeyDown}
      ref={roving.ref}
      role="toolbar"
    >
      {cells.map((cell, position) => {
        const seconds = lengths[position] ?? 0;
        const time = seconds ? ` · ${fineDuration(seconds)}` : '';
        const label = cellName(cell.index, cell.status, trans) + time;
        return (
          <button
            aria-label={label}
            data-status={cell.status}
            key={cell.index}
            {...roving.reach(position)}
            onClick={() => onPick(cell.index)}
            style={{ flexGrow: total ? (100 * seconds) / total : 1 }}
            title={label}
            type="button"
          >
            {cell.index + 1}
          </button>
        );
      })}
    </div>
  );
}

function secondsOfCell({ seconds, started_at, status }: ICellState, now: number): number {
  if (status === 'running' && started_at) {
    return Math.max(0, (now - Date.parse(started_at)) / 1000);
  }
  return seconds ?? 0;
}
