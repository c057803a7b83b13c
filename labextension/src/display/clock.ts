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
    const renew = (): void => setNow(Date.now());
    // The clock may have stood still for a while.
    const first = window.setTimeout(renew);
    const timer = window.setInterval(renew, interval);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }, [interval]);
  return now;
}
