// Spares the database a finished key that comes again. It maps a key to the hash of its input and the id of what it
// made, never to an answer: a replay renders the row as it is now. A lost or wrong entry costs a query, never a payment,
// because PostgreSQL decides.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from '../telemetry/logger';

export interface Replay {
  readonly inputHash: string;
  readonly resultId: string;
}

export interface ReplayCache {
  get(owner: string, operation: string, kind: string, key: string): Promise<Replay | null>;
  put(owner: string, operation: string, kind: string, key: string, replay: Replay): void;
  /** Where it is kept: in Redis for all processes, or in the memory of this one. */
  readonly backend: 'redis' | 'memory';
}

const KEPT_SECONDS = 24 * 3600; // Clients retry for minutes; a day covers a job that runs every night.
const ENTRIES_MAX = 50_000; // About 10 MB.

// The lengths keep apart what a plain join could confuse.
const nameOf = (...parts: string[]) => `replay:${parts.map((part) => `${part.length}:${part}`).join('')}`;

export function createReplayCache(redis: Redis | null, log: Logger): ReplayCache {
  const store = redis ? redisStore(redis, log) : memoryStore();
  return {
    backend: redis ? 'redis' : 'memory',
    get: (...scope) => store.get(nameOf(...scope)),
    put: (owner, operation, kind, key, replay) => store.put(nameOf(owner, operation, kind, key), replay),
  };
}

interface Store {
  get(name: string): Promise<Replay | null>;
  put(name: string, replay: Replay): void;
}

function memoryStore(): Store {
  const entries = new Map<string, Replay & { untilMs: number }>();
  return {
    get: async (name) => {
      const found = entries.get(name);
      return found && found.untilMs > Date.now() ? found : null;
    },
    put: (name, replay) => {
      entries.delete(name);
      entries.set(name, { ...replay, untilMs: Date.now() + KEPT_SECONDS * 1000 });
      const oldest = entries.keys().next().value;
      if (entries.size > ENTRIES_MAX && oldest !== undefined) entries.delete(oldest);
    },
  };
}

const replaySchema = z.object({ inputHash: z.string(), resultId: z.string() });

/** Text that is nothing of ours is a miss. */
function replayIn(text: string): Replay | null {
  try {
    return replaySchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Redis that is gone or slow is a miss. */
function redisStore(redis: Redis, log: Logger): Store {
  const missed = (error: unknown) => {
    log.warn('replay_cache.unavailable', { error: String(error) });
    return null;
  };
  return {
    get: async (name) => {
      const text = await redis.get(name).catch(missed);
      return text ? replayIn(text) : null;
    },
    put: (name, { inputHash, resultId }) => {
      redis.set(name, JSON.stringify({ inputHash, resultId }), 'EX', KEPT_SECONDS).catch(missed);
    },
  };
}
