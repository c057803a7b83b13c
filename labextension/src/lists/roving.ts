/**
 * A row of buttons of which one at a time can be reached by Tab.
 */
import type { KeyboardEvent, RefObject } from 'react';
import { useRef, useState } from 'react';
import { targetIndex } from './keys';

const ARRANGEMENT = { back: 'ArrowLeft', forth: 'ArrowRight', page: 10 };

/**
 * What the buttons and the one that holds them are given.
 */
export interface IRoving<E> {
  /** The position of the button that Tab leads to. */
  current: number;
  onKeyDown: (event: KeyboardEvent) => void;
  /** Say that the button at a position has the focus; always the same function. */
  setCurrent: (position: number) => void;
  /** What the button at *position* is given. */
  buttonProps: (position: number) => { onFocus: () => void; tabIndex: number };
  /** Of what holds the buttons, and nothing else. */
  ref: RefObject<E>;
}

/**
 * The arrow keys, Home, End and the page keys lead from one of *count* to another; Tab leads to
 * the one last reached, at first to *initial*.
 */
export function useRoving<E extends HTMLElement>(count: number, initial = 0): IRoving<E> {
  const ref = useRef<E>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const current = Math.min(picked ?? initial, count - 1);
  return {
    current,
    onKeyDown: event => {
      const target = targetIndex(event.key, current, count, ARRANGEMENT);
      if (target !== null) {
        event.preventDefault();
        (ref.current?.children[target] as HTMLElement).focus();
      }
    },
    setCurrent: setPicked,
    buttonProps: position => ({
      onFocus: () => setPicked(position),
      tabIndex: position === current ? 0 : -1
    }),
    ref
  };
}
