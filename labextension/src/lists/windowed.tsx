/**
 * A long list of which only the rows in sight are drawn.
 */
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useLatest } from '../display/latest';
import { targetIndex } from './keys';

const OVERSCAN = 8;

/**
 * What a long list needs.
 */
export interface IWindowedRowsProps {
  count: number;
  current: number;
  label: string;
  onMove: (index: number) => void;
  onKey: (event: KeyboardEvent) => void;
  /** Called as the end comes into sight. */
  onNearEnd: () => void;
  row: (index: number, style: CSSProperties) => ReactNode;
  rowHeight: number;
}

/**
 * Rows of one height; the arrow keys, Home, End and the page keys move the focus.
 */
export function WindowedRows(props: IWindowedRowsProps): JSX.Element {
  const { count, current, label, onMove, onNearEnd, rowHeight } = props;
  const scroller = useRef<HTMLUListElement>(null);
  const focusTarget = useRef<number | null>(null);
  const nearEnd = useLatest(onNearEnd);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const end = Math.ceil((top + height) / rowHeight) + OVERSCAN;
  // The current row is there also when it is out of sight: it holds the focus, or is where Tab leads.
  const indices = [...new Set([...range(first, Math.min(count, end)), current])];

  useEffect(() => {
    const node = scroller.current as HTMLUListElement;
    const observer = new ResizeObserver(() => setHeight(node.clientHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (end >= count) {
      nearEnd.current();
    }
  }, [count, end, nearEnd]);

  useEffect(() => {
    if (focusTarget.current === current) {
      focusTarget.current = null;
      const row = `li[aria-posinset="${current + 1}"]`;
      scroller.current?.querySelector<HTMLElement>(row)?.focus();
    }
  }, [current, top]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const arrangement = { back: 'ArrowUp', forth: 'ArrowDown', page };
    const target = targetIndex(event.key, current, count, arrangement);
    if (target === null) {
      props.onKey(event);
      return;
    }
    event.preventDefault();
    const node = scroller.current as HTMLUListElement;
    const edge = target * rowHeight;
    node.scrollTop = Math.min(edge, Math.max(node.scrollTop, edge + rowHeight - height));
    focusTarget.current = target;
    setTop(node.scrollTop);
    onMove(target);
  };

  return (
    <ul
      aria-label={label}
      className="jp-NbTasks-rows"
      onKeyDown={onKeyDown}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
      ref={scroller}
      role="list"
    >
      <li aria-hidden className="jp-NbTasks-rows-extent" style={{ height: count * rowHeight }} />
      {indices.map(index => props.row(index, { height: rowHeight, top: index * rowHeight }))}
    </ul>
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
