/**
 * What an effect calls, but does not depend on.
 */
import type { MutableRefObject } from 'react';
import { useEffect, useRef } from 'react';

/**
 * A reference to *value* as it was when the component was last drawn; the reference itself is
 * always the same, so that an effect which uses it runs only when something else changes.
 */
export function useLatest<T>(value: T): Readonly<MutableRefObject<T>> {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
