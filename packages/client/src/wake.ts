// When a page should ask anew, because what it last heard may be old: a phone that slept, a connection that is back, a tab that is
// looked at again.

const OF_WINDOW = ['online', 'focus', 'pageshow'];

/** Calls back at each of these. @returns what ends that; where there is no page, nothing happens */
export function onWake(ask: () => void): () => void {
  if (typeof document === 'undefined') return () => {};
  const seen = () => {
    if (document.visibilityState === 'visible') ask();
  };
  const controller = new AbortController();
  const { signal } = controller;
  for (const name of OF_WINDOW) addEventListener(name, ask, { signal });
  document.addEventListener('visibilitychange', seen, { signal });
  return () => controller.abort();
}
