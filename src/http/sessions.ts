// What is open, a socket or a stream, belongs to somebody whose right to it may end: it is closed when its token ends, and
// within a second when its API key is revoked, wherever that was done. And nobody has more than a fair share open.
import type pg from 'pg';
import { currentKeys } from '../callers/api-keys';
import { type Caller, seesEveryone } from '../callers/caller';
import type { Config } from '../kernel/config';
import type { Logger } from '../telemetry/logger';

export interface Session {
  readonly caller: Caller | null;
  readonly address: string;
  /** What `arrive` gave, where it was counted before it said who it is. */
  readonly arrival?: (() => void) | undefined;
  /** Ends it; called at most once. */
  readonly close: () => void;
}

export interface Sessions {
  /** @returns what to call when it has ended by itself; null when its user or its address has too many open already. */
  open(session: Session): (() => void) | null;
  /** True while one more may be opened from this address, and at all. */
  hasRoom(address: string): boolean;
  /**
   * Counts one that has not said yet who it is.
   * @returns what to call when it has ended; null when its address has too many open already
   */
  arrive(address: string): (() => void) | null;
  /** Watches over nothing any more. */
  close(): void;
}

// Half of the second within which a revoked key has no socket left; the rest is for the statement.
const LOOK_EVERY_MS = 500;
// setTimeout counts no further; a token that lasts longer is looked at again.
const TIMER_MAX_MS = 2 ** 31 - 1;

/** How many may be open at the same time in one process. */
const LIMITS = {
  // A few tabs on a few devices.
  user: 50,
  // Many users share an address behind a company's gateway.
  address: 1_000,
  // Memory: an idle one holds about 20 kB, an open stream twice that.
  total: 20_000,
};

export function createSessions(deps: {
  pool: pg.Pool;
  log: Logger;
  config: Pick<Config, 'rateLimits'>;
  /** Told how many are open, and how many may be. */
  streams: { open: number; limit: number };
}): Sessions {
  const { pool, log, streams } = deps;
  const limits = deps.config.rateLimits ? LIMITS : { user: Infinity, address: Infinity, total: Infinity };
  streams.limit = limits.total;
  const byUser = createTally();
  const byAddress = createTally();
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
  const hasRoom = (address: string) =>
    byAddress.of(address) < limits.address && byAddress.total() < limits.total;
  const enter = (address: string) => {
    let isIn = true;
    const count = (change: 1 | -1) => {
      byAddress.add(address, change);
      streams.open = byAddress.total();
    };
    count(1);
    return () => {
      if (isIn) count(-1);
      isIn = false;
    };
  };
  const looking = setInterval(closeRevoked, LOOK_EVERY_MS);
  looking.unref();

  return {
    hasRoom,
    arrive: (address) => (hasRoom(address) ? enter(address) : null),
    open: ({ caller, address, arrival, close }) => {
      // Those who act for everybody hold streams for everybody.
      const user = caller && !seesEveryone(caller) && !caller.boundTo ? caller.id : null;
      if (!arrival && !hasRoom(address)) return null;
      if (user !== null && byUser.of(user) >= limits.user) return null;
      let timer: NodeJS.Timeout | undefined;
      let isOpen = true;
      const leave = arrival ?? enter(address);
      if (user !== null) byUser.add(user, 1);
      const forget = () => {
        if (!isOpen) return;
        isOpen = false;
        leave();
        if (user !== null) byUser.add(user, -1);
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

function createTally() {
  const counts = new Map<string, number>();
  let sum = 0;
  return {
    of: (name: string) => counts.get(name) ?? 0,
    total: () => sum,
    add: (name: string, change: 1 | -1) => {
      sum += change;
      const count = (counts.get(name) ?? 0) + change;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}
