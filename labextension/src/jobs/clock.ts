/**
 * The present moment, for what shows how long something has taken.
 */
import { useEffect, useState } from 'react';

/**
 * The present moment, renewed every *interval* milliseconds; null stops the clock.
 */
export function useNow(interval: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (interval === null) {
      return undefined;
    }
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), interval);
    return () => window.clearInterval(timer);
  }, [interval]);
  return now;
}
