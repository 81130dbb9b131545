// Waits for what is worked elsewhere, woken by the hub and looking at PostgreSQL.
import { pause } from '../kernel/clock';
import type { Intent } from '../payments/intent.entity';
import type { IntentDeps } from './deps';

type Needs = Pick<IntentDeps, 'hub' | 'readIntent'>;

// A hint may be lost, and another process without Redis sends none. What waits is a person, who notices no fifth of a second.
const LOOK_MS = 200;

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

/** Returns once `isReady` has said so, looking whenever there is news of the intent, or after `timeoutMs`. */
export async function waitUntil(
  deps: Pick<IntentDeps, 'hub'>,
  intentId: string,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  // Before the first look, so that nothing falls between.
  const listener = deps.hub.listen(intentId);
  const untilMs = Date.now() + timeoutMs;
  try {
    while (!(await isReady()) && Date.now() < untilMs) await Promise.race([listener.wait(), pause(LOOK_MS)]);
  } finally {
    listener.close();
  }
}
