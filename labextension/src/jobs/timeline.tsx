/**
 * The cells of a job as bars, each as long as it took.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ICellState } from '../tokens';
import { useNow } from './clock';
import { fineDuration } from './words';

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
 * A bar a cell; a click goes to it.
 */
export function Timeline(props: ITimelineProps): JSX.Element | null {
  const { cells, isRunning, onPick, trans } = props;
  const now = useNow(isRunning ? 1000 : null);
  if (!cells.length) {
    return null;
  }
  const lengths = cells.map(cell => secondsOfCell(cell, now));
  const total = lengths.reduce((sum, seconds) => sum + seconds, 0);
  const names: Record<ICellState['status'], string> = {
    pending: trans.__('not yet'),
    running: trans.__('running'),
    completed: trans.__('completed'),
    failed: trans.__('failed'),
    skipped: trans.__('skipped')
  };
  return (
    <section className="jp-NbTasks-timeline" aria-label={trans.__('Timeline of the cells')}>
      <ol>
        {cells.map((cell, position) => {
          const seconds = lengths[position] ?? 0;
          const time = seconds ? ` · ${fineDuration(seconds)}` : '';
          const label = `${trans.__('Cell %1', cell.index + 1)}: ${names[cell.status]}${time}`;
          return (
            <li
              data-status={cell.status}
              key={cell.index}
              style={{ flexGrow: total ? (100 * seconds) / total : 1 }}
            >
              <button
                aria-label={label}
                onClick={() => onPick(cell.index)}
                title={label}
                type="button"
              >
                {cell.index + 1}
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function secondsOfCell({ seconds, started_at, status }: ICellState, now: number): number {
  if (status === 'running' && started_at) {
    return Math.max(0, (now - Date.parse(started_at)) / 1000);
  }
  return seconds ?? 0;
}
