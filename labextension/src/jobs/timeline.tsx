/**
 * The cells of a job as bars, each as long as it took.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { memo } from 'react';
import type { ICellState } from '../api/jobs';
import { useNow } from '../display/clock';
import { fineDuration } from '../display/format';
import { useRoving } from '../lists/roving';
import { cellName } from './format';

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
  const { current, onKeyDown, setCurrent, ref } = useRoving<HTMLDivElement>(cells.length);
  if (!cells.length) {
    return null;
  }
  const lengths = cells.map(cell => secondsOfCell(cell, now));
  const hasRun = lengths.some(seconds => seconds > 0);
  return (
    <div
      aria-label={trans.__('Timeline of the cells')}
      className="jp-NbTasks-timeline"
      onKeyDown={onKeyDown}
      ref={ref}
      role="toolbar"
    >
      {cells.map(({ index, status }, position) => (
        <Bar
          index={index}
          isCurrent={position === current}
          key={index}
          onFocus={setCurrent}
          onPick={onPick}
          position={position}
          seconds={lengths[position] ?? 0}
          share={hasRun ? 1000 * (lengths[position] ?? 0) : 1}
          status={status}
          trans={trans}
        />
      ))}
    </div>
  );
}

interface IBarProps extends Pick<ICellState, 'index' | 'status'> {
  isCurrent: boolean;
  onFocus: (position: number) => void;
  onPick: (index: number) => void;
  position: number;
  seconds: number;
  /** Of the room that is left. */
  share: number;
  trans: TranslationBundle;
}

// Of a thousand bars only those that have changed are drawn again.
const Bar = memo(function Bar(props: IBarProps): JSX.Element {
  const { index, isCurrent, onFocus, onPick, position, seconds, share, status, trans } = props;
  const time = seconds ? ` · ${fineDuration(seconds)}` : '';
  const label = cellName(index, status, trans) + time;
  return (
    <button
      aria-label={label}
      data-status={status}
      onClick={() => onPick(index)}
      onFocus={() => onFocus(position)}
      style={{ flexGrow: share }}
      tabIndex={isCurrent ? 0 : -1}
      title={label}
      type="button"
    >
      <span>{index + 1}</span>
    </button>
  );
});

function secondsOfCell({ seconds, started_at, status }: ICellState, now: number): number {
  if (status === 'running' && started_at) {
    return Math.max(0, (now - Date.parse(started_at)) / 1000);
  }
  return seconds ?? 0;
}
