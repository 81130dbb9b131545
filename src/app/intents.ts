// What is made for purchases: the price list, the providers, and the doors of the database.
import type { Simulator } from '@credits-gateway/simulator';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import { createReplayCache } from '../idempotency/replay-cache';
import { createClaim } from '../intents/claim';
import type { IntentDeps } from '../intents/deps';
import { createReadIntent } from '../intents/find';
import { createLeases, leaseSecondsFor } from '../intents/lease';
import type { Config } from '../kernel/config';
import type { SecretBox } from '../kernel/secret-box';
import { createCatalogue } from '../packages/find';
import { createSettle } from '../payments/settle';
import { PROVIDER_NAMES } from '../providers/descriptors';
import { createProviders, type ProviderOptions } from '../providers/registry';
import type { Logger } from '../telemetry/logger';
import { createAreWorked } from '../webhooks/find';
import { createLines } from './lines';

export type Wires = NonNullable<ProviderOptions['transports']>;

/** What every feature works over. */
export interface Shared {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly hub: Hub;
  readonly log: Logger;
  readonly readEvents: ReadEvents;
}

export interface IntentOptions {
  readonly config: Config;
  readonly shared: Shared;
  readonly redis: Redis | null;
  readonly secrets: SecretBox;
  readonly simulator: Simulator | null;
  readonly wires: Wires;
}

export function intentDeps(options: IntentOptions): IntentDeps {
  const { config, shared, redis, secrets, simulator, wires } = options;
  const { pool, log } = shared;
  const { mode, paymentsEnabled, allowedOrigins, providerTimeoutMs } = config;
  const leaseSeconds = leaseSecondsFor(providerTimeoutMs);
  const simulated = PROVIDER_NAMES.filter((name) => simulator && !config.providers[name]?.apiBase);
  const transports = {
    ...Object.fromEntries(simulated.map((name) => [name, simulator?.handle])),
    ...wires,
  };
  return {
    ...shared,
    mode,
    paymentsEnabled,
    allowedOrigins,
    providerTimeoutMs,
    catalogue: createCatalogue({ pool, log }),
    providers: createProviders({
      ...{ settings: config.providers, transports },
      lines: createLines({ config, pool, redis, log }),
    }),
    simulator,
    claim: createClaim({ pool, mode, ttlSeconds: config.intentTtlSeconds, leaseSeconds }),
    settle: createSettle({ ...shared, secrets }),
    leases: createLeases({ pool, leaseSeconds }),
    readIntent: createReadIntent(pool),
    replays: createReplayCache(redis, log),
    areWorked: createAreWorked(pool),
  };
}
