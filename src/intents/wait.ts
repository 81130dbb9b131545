// Waits for what is worked elsewhere, woken by the hub and looking at PostgreSQL.
import type { Listener } from '../events/hub';
import type { Intent } from '../payments/intent.entity';
import type { IntentDeps } from './deps';

type Needs = Pick<IntentDeps, 'hub' | 'readIntent'>;

// A hint may be lost, and another process without Redis sends none. What waits is a person, who notices no fifth of a second.
const LOOK_MS = 200;
// Where all is slow, hints come late and are not lost: who looked in vain looks again after twice as long.
const LOOK_MS_MAX = 1_000;

/** The intent once `isReady` holds, or as it is after `timeoutMs`. */
export async function waitForIntent(
  deps: Needs,
  intent: Intent,
  isReady: (intent: Intent) => boolean,
  timeoutMs: number,
): Promise<Intent> {
  let current = intent;
  if (isReady(current)) return current;
  const look = async () => {
    current = (await deps.readIntent(intent.id)) ?? current;
    return isReady(current);
  };
  await waitUntil(deps, intent.id, look, timeoutMs);
  return current;
}

/**
 * Returns once `isReady` has said so, looking whenever there is news of the intent, or after `timeoutMs`.
 * @param isReady is told whether so long has passed since the last look that a hint may have been lost.
 */
export async function waitUntil(
  deps: Pick<IntentDeps, 'hub'>,
  intentId: string,
  isReady: (mayBeLost: boolean) => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  // Before the first look, so that nothing falls between.
  const listener = deps.hub.listen(intentId);
  const untilMs = Date.now() + timeoutMs;
  let lookMs = LOOK_MS;
  let lookAtMs = Date.now() + lookMs;
  try {
    for (let mayBeLost = false; !(await isReady(mayBeLost)) && Date.now() < untilMs; ) {
      const isHeard = await heardWithin(listener, lookAtMs - Date.now());
      // A timer may ring a millisecond before its time.
      mayBeLost = !isHeard || Date.now() >= lookAtMs;
      if (!mayBeLost) continue;
      lookMs = Math.min(2 * lookMs, LOOK_MS_MAX);
      lookAtMs = Date.now() + lookMs;
    }
  } finally {
    listener.close();
  }
}

/** Whether there was news within `ms` milliseconds. A timer that is cleared: an abort takes the stack of an error. */
async function heardWithin(listener: Listener, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false).unref();
  });
  const isHeard = await Promise.race([listener.wait().then(() => true), late]);
  clearTimeout(timer);
  return isHeard;
}
