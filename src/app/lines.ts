// How each provider's calls leave: paced over all processes where the provider allows only so many, and heard of by whoever
// keeps its troubles.
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Config } from '../kernel/config';
import { type CallStore, postgresCallStore, redisCallStore } from '../limits/call-store';
import { type CallRate, createPace, type Pace } from '../limits/pace';
import type { ProviderOptions } from '../providers/registry';
import { createTroubles } from '../reports/provider-troubles';
import type { Logger } from '../telemetry/logger';

/** One line for each provider. */
export function createLines(parts: {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly redis: Redis | null;
  readonly log: Logger;
}): NonNullable<ProviderOptions['lines']> {
  const { config, pool, redis, log } = parts;
  const { stripe, razorpay, callRates } = config;
  const inDatabase = postgresCallStore(pool);
  const store = redis ? redisCallStore(redis, inDatabase, log) : inDatabase;
  const troubles = createTroubles({ pool, log });
  return {
    stripe: {
      pace: paceOf('stripe', stripe?.secretKey, callRates.stripe, store, log),
      turn: 'payer',
      heard: troubles('stripe'),
    },
    razorpay: {
      pace: paceOf('razorpay', razorpay?.keyId, callRates.razorpay, store, log),
      turn: 'payer',
      heard: troubles('razorpay'),
    },
  };
}

/** The account is known by its key, of which no more than a hash is kept anywhere. */
function paceOf(
  provider: string,
  key: string | undefined,
  rate: CallRate | null,
  store: CallStore,
  log: Logger,
): Pace | null {
  if (!key || !rate) return null;
  const account = `${provider}:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return createPace({ account, rate, store, log });
}
