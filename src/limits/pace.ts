// Keeps the calls to one provider's account below what it allows, over all processes: whoever pays first, what was heard
// second, sweeps third, reconciliation last. Calls that wait together are leased together, so that under load a call costs no
// round trip of its own.
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';
import { CallQueue, type Turn } from './call-queue';
import type { Account, Bucket, CallStore } from './call-store';

export interface Pace {
  /** Resolves when a call of this operation may leave. @throws TurnDenied when that would be too late for its turn */
  take(operation: string, turn: Turn): Promise<void>;
  /**
   * The provider refused a call for its rate and asked for so many milliseconds; null: it did not say how long.
   * Resolves when no process calls any more.
   */
  refused(retryAfterMs: number | null): Promise<void>;
}

/** What a provider allows. */
export interface CallRate {
  readonly perSecond: number;
  /** Of each named operation; null: no limit of its own. */
  readonly perOperation: number | null;
}

// Calls taken along for the next ones, out of a bucket that is nearly full, are worth nothing after that long.
const SPARE_MS = 500;
// Whoever is refused asks again when there may be some, and not more often than this.
const ASK_AGAIN_MS = { min: 50, max: 1_000 };
// Without a word of how long: providers count by the second, so that half of one is enough where we were only a little too
// quick; when that did not help, twice as long each time, spread.
const REFUSED_MS = { min: 500, max: 30_000 };
// Refused that soon after a silence: it did not help.
const SOON_MS = 1_000;

/**
 * An eighth may leave at once, and what is left is the rate, so that no second sees more than `perSecond`; a tenth of it is for
 * calls that leave late and arrive with those behind them.
 */
export function bucketOf(perSecond: number): Bucket {
  const burst = Math.max(1, Math.floor(perSecond / 8));
  return { rate: Math.max(perSecond * 0.9 - burst, perSecond / 2), burst };
}

function accountOf(name: string, { perSecond, perOperation }: CallRate): Account {
  const hasOwn = perOperation !== null && perOperation < perSecond;
  return { name, all: bucketOf(perSecond), operation: hasOwn ? bucketOf(perOperation) : null };
}

/** @param options.account names the account, the same in all processes. */
export function createPace(options: {
  readonly account: string;
  readonly rate: CallRate;
  readonly store: CallStore;
  readonly log: Logger;
}): Pace {
  const { store, log } = options;
  const account = accountOf(options.account, options.rate);
  const queue = new CallQueue(account);
  const spare = new Map<string, { count: number; untilMs: number }>();
  let isPumping = false;
  let isFresh = false;
  let sleep = new AbortController();
  let heldUntilMs = 0;
  let refusals = 0;
  const failed = (error: unknown) => log.warn('pace.failed', { account: account.name, error: String(error) });

  async function pump(): Promise<void> {
    isPumping = true;
    while (!queue.isEmpty()) {
      isFresh = false;
      const wishes = queue.wishes();
      const leases = await store.lease(account, wishes).catch(failed);
      if (!leases) queue.denyAll(ASK_AGAIN_MS.max);
      const { waitMs, taken } = queue.hand(wishes, leases ?? []);
      for (const { operation, count } of taken)
        spare.set(operation, { count, untilMs: Date.now() + SPARE_MS });
      // Whoever came while the others were asked for is asked for now.
      if (isFresh || queue.isEmpty()) continue;
      sleep = new AbortController();
      await pause(Math.min(Math.max(waitMs, ASK_AGAIN_MS.min), ASK_AGAIN_MS.max), sleep.signal);
    }
    isPumping = false;
  }

  return {
    take: (operation, turn) => {
      const kept = spare.get(operation);
      if (kept && kept.count > 0 && kept.untilMs > Date.now()) {
        kept.count--;
        return Promise.resolve();
      }
      // Whoever is the first of its kind waits for nobody who was told to ask again later.
      if (!queue.has(operation, turn)) sleep.abort();
      const taken = queue.push(operation, turn);
      isFresh = true;
      if (!isPumping) void pump();
      return taken;
    },
    refused: async (retryAfterMs) => {
      const nowMs = Date.now();
      // Several were under way when the first of them was refused: one silence is for all.
      if (retryAfterMs === null && nowMs < heldUntilMs) return;
      refusals = nowMs - heldUntilMs < SOON_MS ? refusals + 1 : 0;
      const growing = Math.min(REFUSED_MS.min * 2 ** Math.min(refusals, 6), REFUSED_MS.max);
      const ms = retryAfterMs ?? growing * (0.5 + Math.random() / 2);
      heldUntilMs = Math.max(heldUntilMs, nowMs + ms);
      spare.clear();
      log.warn('pace.refused', { account: account.name, ms: Math.round(ms) });
      await store.hold(account, ms).catch(failed);
    },
  };
}
