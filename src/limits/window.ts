// Counts within a minute: in Redis, so that all processes count together; in this process where there is none, or while
// it is away. A limit that cannot be shared still holds.
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from '../telemetry/logger';

export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Takes points of what `who` has. @returns what is left, or null when there was not enough. */
export type Window = (who: string, points: number) => Promise<Budget & { readonly isEnough: boolean }>;

export const WINDOW_SECONDS = 60;
// While Redis does not answer, nobody waits for it but one call in so often.
const AWAY_MS = 2_000;

export function createWindow(options: {
  name: string;
  limit: number;
  redis: Redis | null;
  log: Logger;
}): Window {
  const { name, limit, redis, log } = options;
  const common = { keyPrefix: `rate:${name}`, points: limit, duration: WINDOW_SECONDS };
  const local = new RateLimiterMemory(common);
  const shared =
    redis &&
    new RateLimiterRedis({
      ...common,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      // Whoever is over the limit costs Redis nothing until its minute is over.
      inMemoryBlockOnConsumed: limit + 1,
    });
  let awayUntilMs = 0;

  async function consume(who: string, points: number): Promise<RateLimiterRes> {
    if (shared && Date.now() >= awayUntilMs)
      try {
        return await settled(shared.consume(who, points));
      } catch (error) {
        if (awayUntilMs + AWAY_MS < Date.now()) log.warn('limits.local', { name, error: String(error) });
        awayUntilMs = Date.now() + AWAY_MS;
      }
    return settled(local.consume(who, points));
  }

  return async (who, points) => {
    const { consumedPoints, msBeforeNext } = await consume(who, points);
    return {
      limit,
      remaining: Math.max(0, limit - consumedPoints),
      resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      isEnough: consumedPoints <= limit,
    };
  };
}

/** What the library rejects with when there are not enough points is an answer like any other. */
const settled = (consumed: Promise<RateLimiterRes>): Promise<RateLimiterRes> =>
  consumed.catch((refused: unknown) => {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  });
