/**
 * A long list of which only the rows in sight are drawn.
 */
import type { CSSProperties, KeyboardEvent, ReactNode, RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useLatest } from '../display/latest';
import { targetIndex } from './keys';

const OVERSCAN = 8;
const ARROWS = { back: 'ArrowUp', forth: 'ArrowDown' };

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
  const { count, current, label, onKey, onMove, onNearEnd, row, rowHeight } = props;
  const scroller = useRef<HTMLUListElement>(null);
  const height = useHeight(scroller);
  const focusTarget = useRef<number | null>(null);
  const nearEnd = useLatest(onNearEnd);
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const end = Math.ceil((top + height) / rowHeight) + OVERSCAN;
  // The current row is there also when it is out of sight: it holds the focus, or is where Tab leads.
  const indices = [...new Set([...range(first, Math.min(count, end)), current])];

  useEffect(() => {
    if (end >= count) {
      nearEnd.current();
    }
  }, [count, end, nearEnd]);

  useEffect(() => {
    if (focusTarget.current === current) {
      focusTarget.current = null;
      const selector = `li[aria-posinset="${current + 1}"]`;
      scroller.current?.querySelector<HTMLElement>(selector)?.focus();
    }
  }, [current, top]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const target = targetIndex(event.key, current, count, { ...ARROWS, page });
    if (target === null) {
      onKey(event);
      return;
    }
    event.preventDefault();
    const node = scroller.current as HTMLUListElement;
    node.scrollTop = scrollTopFor(node.scrollTop, target, rowHeight, height);
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
      {indices.map(index => row(index, { height: rowHeight, top: index * rowHeight }))}
    </ul>
  );
}

/** How high the element is, in pixels. */
function useHeight(element: RefObject<HTMLElement>): number {
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const node = element.current as HTMLElement;
    const observer = new ResizeObserver(() => setHeight(node.clientHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, [element]);
  return height;
}

/** How far to scroll, and no further, so that a row is in sight. */
function scrollTopFor(top: number, index: number, rowHeight: number, height: number): number {
  const edge = index * rowHeight;
  return Math.min(edge, Math.max(top, edge + rowHeight - height));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
