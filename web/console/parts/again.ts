import { useEffect, useRef } from 'react';

/** Reads a list again every so many milliseconds, while somebody can see it. @param isOn false: not now, as on a later page */
export function useAgain(read: () => void, everyMs: number, isOn: boolean): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isOn]);
}
