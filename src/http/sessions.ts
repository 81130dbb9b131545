// What is open, a socket or a stream, belongs to somebody whose right to it may end: it is closed when its token ends, and
// within a second when its API key is revoked, wherever that was done.
import type pg from 'pg';
import { currentKeys } from '../callers/api-keys';
import type { Caller } from '../callers/caller';
import type { Logger } from '../telemetry/logger';

export interface Sessions {
  /**
   * Watches over something that is open.
   * @param close ends it; called at most once.
   * @returns what to call when it has ended by itself.
   */
  open(caller: Caller | null, close: () => void): () => void;
  /** Watches over nothing any more. */
  close(): void;
}

// Half of the second within which a revoked key has no socket left; the rest is for the statement.
const LOOK_EVERY_MS = 500;
// setTimeout counts no further; a token that lasts longer is looked at again.
const TIMER_MAX_MS = 2 ** 31 - 1;

export function createSessions({ pool, log }: { pool: pg.Pool; log: Logger }): Sessions {
  const byKey = new Map<string, Set<() => void>>();
  let isLooking = false;

  async function closeRevoked(): Promise<void> {
    // With no key in use there is nothing to ask, and one question at a time is enough.
    if (byKey.size === 0 || isLooking) return;
    isLooking = true;
    try {
      const current = await currentKeys(pool, [...byKey.keys()]);
      for (const [key, closings] of byKey) if (!current.has(key)) for (const end of [...closings]) end();
    } catch (error) {
      log.warn('sessions.keys_not_checked', { error: String(error) });
    } finally {
      isLooking = false;
    }
  }
  const looking = setInterval(closeRevoked, LOOK_EVERY_MS);
  looking.unref();

  return {
    open: (caller, close) => {
      let timer: NodeJS.Timeout | undefined;
      const forget = () => {
        clearTimeout(timer);
        const closings = byKey.get(caller?.apiKeyId ?? '');
        closings?.delete(end);
        if (closings?.size === 0) byKey.delete(caller?.apiKeyId ?? '');
      };
      const end = () => {
        forget();
        close();
      };
      const wait = (untilMs: number) => {
        const restMs = untilMs - Date.now();
        timer = setTimeout(
          () => (restMs > TIMER_MAX_MS ? wait(untilMs) : end()),
          Math.max(0, Math.min(restMs, TIMER_MAX_MS)),
        );
        timer.unref();
      };
      if (caller?.expiresAtMs !== undefined) wait(caller.expiresAtMs);
      if (caller?.apiKeyId) byKey.set(caller.apiKeyId, (byKey.get(caller.apiKeyId) ?? new Set()).add(end));
      return forget;
    },
    close: () => clearInterval(looking),
  };
}
