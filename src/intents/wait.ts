// Waits for an intent to become what a caller hopes for, woken by the hub and looking at PostgreSQL.
import { pause } from '../kernel/clock';
import type { IntentDeps } from './deps';
import type { Intent } from './intent.entity';

// A hint may be lost; looking this often costs little for the short time that a call waits.
const LOOK_MS = 50;

/** The intent once `isReady` holds, or as it is after `timeoutMs`. */
export async function waitForIntent(
  deps: IntentDeps,
  intent: Intent,
  isReady: (intent: Intent) => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<Intent> {
  const listener = deps.hub.listen(intent.id);
  const untilMs = Date.now() + timeoutMs;
  let current = intent;
  try {
    while (!(await isReady(current)) && Date.now() < untilMs) {
      await Promise.race([listener.wait(), pause(LOOK_MS)]);
      current = (await deps.readIntent(intent.id)) ?? current;
    }
    return current;
  } finally {
    listener.close();
  }
}
