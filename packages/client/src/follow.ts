// What becomes of an intent, by the live connection; where that is away or not let through, by asking.
import type { GatewayError } from './failure.ts';
import type { Intent, IntentStatus, Purchasing } from './types.ts';
import { onWake } from './wake.ts';

// A payer who waits should see the end within a few seconds, and a gateway with many of them be asked seldom.
const ASK_MS = 5_000;
// A connection that is back sooner than this needs no question.
const SOON_MS = 1_000;

interface Follower {
  next(intent: Intent, status: IntentStatus): void;
  /** Whether what was told is how things are now. */
  live(isLive: boolean): void;
  failed(error: GatewayError): void;
}

/** @returns what ends it */
export function follow(gateway: Purchasing, id: string, { next, live, failed }: Follower): () => void {
  let hasEnded = false;
  let isConnected = false;
  let heard = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (milliseconds: number) => {
    clearTimeout(timer);
    if (!hasEnded && !isConnected) timer = setTimeout(() => void ask(), milliseconds);
  };

  async function ask(): Promise<void> {
    const before = heard;
    try {
      const intent = await gateway.intent(id);
      // What came meanwhile over the connection is newer than this answer.
      if (hasEnded || heard !== before) return;
      if (intent) next(intent, intent.status);
      live(true);
    } catch (error) {
      if (hasEnded) return;
      // A refusal is for the payer; a way that is not there comes back.
      if ((error as GatewayError).retryAfterSeconds === null) failed(error as GatewayError);
      live(false);
    } finally {
      later(ASK_MS);
    }
  }

  const lost = () => {
    isConnected = false;
    live(false);
    later(SOON_MS);
  };
  const unwatch = gateway.watchIntent(id, {
    next: ({ intent, status }) => {
      heard += 1;
      next(intent, status);
    },
    live: (isLive) => {
      if (!isLive) return lost();
      isConnected = true;
      clearTimeout(timer);
      live(true);
    },
    failed: lost,
  });
  const unwake = onWake(() => void ask());
  later(ASK_MS);
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    unwake();
    unwatch();
  };
}
