// What is made for purchases: the price list, the providers, and the doors of the database.
import type { Simulator } from '@credits-gateway/simulator';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { GatewayIds } from '../db/gateway-ids';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import { createReplayCache } from '../idempotency/replay-cache';
import { createClaim } from '../intents/claim';
import type { IntentDeps } from '../intents/deps';
import { createReadIntent } from '../intents/find';
import { createForeignCounts } from '../intents/foreign-counts';
import { createLeases, leaseSecondsFor } from '../intents/lease';
import { createReadNewest } from '../intents/newest';
import type { Config } from '../kernel/config';
import type { SecretBox } from '../kernel/secret-box';
import { createCatalogue } from '../packages/find';
import { createSettle } from '../payments/settle';
import { PROVIDER_NAMES } from '../providers/descriptors';
import { createProviders, type ProviderOptions } from '../providers/registry';
import { createCaptcha } from '../risk/captcha';
import { createDecisionCounts, type DecisionCounts } from '../risk/decision-counts';
import type { Logger } from '../telemetry/logger';
import type { Observed } from '../telemetry/observed';
import { createWorkedEvents } from '../webhooks/worked';
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
  readonly gatewayIds: GatewayIds;
  readonly redis: Redis | null;
  readonly secrets: SecretBox;
  readonly simulator: Simulator | null;
  readonly wires: Wires;
  readonly observed: Observed;
}

export function intentDeps(options: IntentOptions): IntentDeps & { readonly decisionCounts: DecisionCounts } {
  const { config, shared, gatewayIds, redis, secrets, simulator, wires, observed } = options;
  const { pool, log } = shared;
  const { mode, paymentsEnabled, risk, allowedOrigins, providerTimeoutMs } = config;
  const leaseSeconds = leaseSecondsFor(providerTimeoutMs);
  const simulated = PROVIDER_NAMES.filter((name) => simulator && !config.providers[name]?.apiBase);
  const transports = {
    ...Object.fromEntries(simulated.map((name) => [name, simulator?.handle])),
    ...wires,
  };
  const decisionCounts = createDecisionCounts();
  return {
    ...shared,
    mode,
    gatewayIds,
    paymentsEnabled,
    risk,
    captcha: createCaptcha(risk, log),
    allowedOrigins,
    providerTimeoutMs,
    catalogue: createCatalogue({ pool, log }),
    providers: createProviders({
      ...{ settings: config.providers, transports },
      lines: createLines({ config, pool, redis, log, observed }),
    }),
    simulator,
    claim: createClaim({
      ...{ pool, mode, leaseSeconds, risk: risk.mode, hasCaptcha: risk.captcha !== null },
      ttlSeconds: config.intentTtlSeconds,
      decisionCounts,
    }),
    settle: createSettle({ ...shared, secrets, risk, decisionCounts, observed }),
    decisionCounts,
    leases: createLeases({ pool, leaseSeconds }),
    readIntent: createReadIntent(pool),
    readNewest: createReadNewest(pool),
    replays: createReplayCache(redis, log),
    worked: createWorkedEvents(pool, simulator !== null),
    foreignCounts: createForeignCounts(),
  };
}
