// How each provider's calls leave: paced over all processes where the provider allows only so many, and heard of by whoever
// keeps its troubles.
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Config } from '../kernel/config';
import { type CallStore, postgresCallStore, redisCallStore } from '../limits/call-store';
import { createPace, type Pace } from '../limits/pace';
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';
import type { ProviderOptions } from '../providers/registry';
import type { Line } from '../providers/transport';
import { createTroubles } from '../reports/provider-troubles';
import type { Logger } from '../telemetry/logger';
import type { Observed } from '../telemetry/observed';

/** One line for each provider. */
export function createLines(parts: {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly redis: Redis | null;
  readonly log: Logger;
  readonly observed: Observed;
}): NonNullable<ProviderOptions['lines']> {
  const { config, pool, redis, log, observed } = parts;
  const inDatabase = postgresCallStore(pool);
  const store = redis ? redisCallStore(redis, inDatabase, log) : inDatabase;
  const troubles = createTroubles({ pool, log });
  return Object.fromEntries(
    PROVIDER_NAMES.map((name) => [
      name,
      {
        pace: paceOf(name, config, store, log),
        turn: 'payer' as const,
        heard: hearing(name, troubles(name), observed),
      },
    ]),
  );
}

const hearing =
  (provider: ProviderName, told: Line['heard'], { providerCall }: Observed): Line['heard'] =>
  (operation, outcome, ms, about) => {
    told(operation, outcome, ms);
    // Nothing was sent.
    if (operation !== '')
      providerCall({ provider, operation, outcome: outcome.kind, ms, about: about ?? null });
  };

/** The account is known by its key, of which no more than a hash is kept anywhere. */
function paceOf(name: ProviderName, { providers }: Config, store: CallStore, log: Logger): Pace | null {
  const settings = providers[name];
  if (!settings?.callRate) return null;
  const key = settings[descriptorOf(name).keys.account];
  const account = `${name}:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return createPace({ account, rate: settings.callRate, store, log });
}
