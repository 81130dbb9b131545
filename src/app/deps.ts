// The sets of all features side by side, each made in its own file: what the resolvers hand their use cases.
import type { Simulator } from '@credits-gateway/simulator';
import type { Redis } from 'ioredis';
import { createCreditVerbs } from '../credits/verbs';
import { createReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import { createTail } from '../events/tail';
import { createGrantVerbs } from '../grants/verbs';
import type { Deps } from '../graphql/context';
import { createKeyCounts } from '../idempotency/key-counts';
import type { Config } from '../kernel/config';
import { createSecretBox } from '../kernel/secret-box';
import { createRates } from '../limits/rates';
import { type ResolveBreak, resolveBreak } from '../reconciliation/resolve';
import type { Logger } from '../telemetry/logger';
import { createObserved } from '../telemetry/observed';
import { intentDeps, type Wires } from './intents';
import { passTime } from './pass-time';
import type { Store } from './store';
import { webhookDeps } from './webhooks';

export interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly store: Store;
  readonly hub: Hub;
  readonly redis: Redis | null;
  readonly simulator: Simulator | null;
  readonly wires: Wires;
  readonly signal: AbortSignal;
}

export function createDeps({ config, log, store, hub, redis, simulator, wires, signal }: Parts): Deps {
  const { pool, dataSource, sessions, reads, replica, gatewayIds } = store;
  const { mode, approvalLimits } = config;
  const secrets = createSecretBox(config.secretsKeys);
  const shared = { pool, dataSource, hub, log, readEvents: createReadEvents(pool) };
  const observed = createObserved();
  const intents = intentDeps({ config, shared, gatewayIds, redis, secrets, simulator, wires, observed });
  const deps: Omit<Deps, 'passTime'> = {
    ...intents,
    ...createCreditVerbs(pool),
    ...createGrantVerbs(pool),
    ...webhookDeps(config, intents, secrets, signal, observed),
    config,
    approvalLimits,
    sessions,
    reads,
    replica,
    resolveAgreed: (by, input, agreed) =>
      resolveBreak({ ...intents, approvalLimits }, by, input as unknown as ResolveBreak, agreed),
    rates: config.rateLimits ? createRates({ mode, redis, log }) : null,
    keyCounts: createKeyCounts(),
    observed,
    redis,
    tail: createTail(shared),
    streams: { open: 0, limit: Number.POSITIVE_INFINITY },
  };
  return { ...deps, passTime: () => passTime(deps) };
}
