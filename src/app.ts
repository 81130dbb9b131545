// The only place that constructs things: from a configuration to a gateway that serves, and back to nothing.
import { setMaxListeners } from 'node:events';
import type { Simulator } from '@credits-gateway/simulator';
import { installSimulator } from '@credits-gateway/simulator/install';
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { CODE, ENTITIES } from './app/database';
import { createLines } from './app/lines';
import { loopsOf } from './app/loops';
import { mockProviders } from './app/mock-providers';
import { createFindKeyCaller } from './callers/api-keys';
import { createAuthenticate } from './callers/token';
import { createCreditVerbs } from './credits/verbs';
import { applicationDataSource } from './db/data-source';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './db/embedded';
import { NEWEST_MIGRATION } from './db/migrate';
import { createPool } from './db/pool';
import { prepareDatabase } from './db/prepare';
import { leave, type ThisProcess, thisProcess } from './db/processes';
import { connectRedis } from './db/redis';
import { createReadEvents } from './events/feed';
import { createHub, type Hub } from './events/hub';
import { relayThroughRedis } from './events/relay';
import { createTail } from './events/tail';
import type { Deps } from './graphql/context';
import { addRoutes, addWorkerRoutes } from './http/routes';
import { createServer } from './http/server';
import { createKeyCounts } from './idempotency/key-counts';
import { createReplayCache } from './idempotency/replay-cache';
import { createClaim } from './intents/claim';
import { createReadIntent } from './intents/find';
import { createLeases, leaseSecondsFor } from './intents/lease';
import { createSettle } from './intents/settle';
import { runLoops } from './jobs/run-loops';
import { systemClock } from './kernel/clock';
import { type Config, portOf } from './kernel/config';
import { createSecretBox } from './kernel/secret-box';
import { createRates } from './limits/rates';
import { createCatalogue } from './packages/find';
import { PROVIDER_NAMES } from './providers/descriptors';
import { createProviders, inTurn, type ProviderOptions } from './providers/registry';
import { type ResolveBreak, resolveBreak } from './reconciliation/resolve';
import { NEWS_DOOR } from './refunds/news';
import type { Logger } from './telemetry/logger';
import { createWebhookCounts } from './webhooks/deps';
import { createAreWorked } from './webhooks/find';
import { createFinish, createStore } from './webhooks/inbox';
import { webhookProvidersOf } from './webhooks/receive';
import { createWork } from './webhooks/work';

// Lists and operator paths are few beside purchases.
const LIST_CONNECTIONS_MAX = 4;

export interface App {
  readonly deps: Deps;
  readonly server: FastifyInstance | null;
  /** Where it listens, e.g. http://127.0.0.1:4000; empty for a worker without WORKER_PORT. */
  readonly url: string;
  /** Says that it is about to end, and serves as before: a balancer sends its requests elsewhere. */
  announceEnd(): void;
  /** Finishes what is under way, takes nothing new, and lets go of everything. */
  close(): Promise<void>;
}

export type Wires = NonNullable<ProviderOptions['transports']>;

interface Store {
  readonly url: string;
  readonly embedded: EmbeddedPostgres | null;
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly self: ThisProcess;
}

/**
 * Starts a gateway.
 * @param wires replaces the network to a provider; mock mode puts its simulator there.
 * @throws ConfigError when the configuration and the database do not fit, and what the network or the database throw.
 */
export async function startApp(config: Config, log: Logger, wires: Wires = {}): Promise<App> {
  const stop = new AbortController();
  // Each loop listens; Node warns of more than ten as of a leak.
  setMaxListeners(0, stop.signal);
  const store = await openStore(config, log);
  const redis = config.redisUrl ? await connectRedis(config.redisUrl, log) : null;
  const hub = createHub();
  if (redis) relayThroughRedis(hub, redis.commands, redis.subscriber, log);
  const address = { url: '' };
  const simulator = config.mode === 'mock' ? mockProviders(store.url, address, log) : null;
  const deps = createDeps({
    config,
    log,
    store,
    hub,
    redis: redis?.commands ?? null,
    simulator: simulator?.instance ?? null,
    wires,
    signal: stop.signal,
  });
  const port = portOf(config);
  const server = port === null ? null : await createServer(config, log);
  const routes =
    server &&
    (config.role === 'worker'
      ? addWorkerRoutes(server, deps)
      : await addRoutes(
          server,
          deps,
          createAuthenticate(config.auth, createFindKeyCaller({ pool: deps.pool, log, config }), {
            keys: (facts) => log.warn('keys.last_good', facts),
            refused: (facts) => log.warn('token.refused', facts),
          }),
        ));
  if (server) address.url = await server.listen({ port: port ?? 0, host: config.host });
  // It sends webhook events to this process, which a worker does not take.
  if (config.role !== 'worker') simulator?.instance.start();
  const loops = runLoops(deps, loopsOf(deps, store.self), stop.signal);

  return {
    deps,
    server,
    url: address.url,
    announceEnd: () => routes?.announceEnd(),
    close: async () => {
      stop.abort();
      await routes?.endStreams();
      await server?.close();
      await routes?.close();
      hub.close();
      await simulator?.close();
      await loops;
      await redis?.close();
      // Where the database is away, it is forgotten a minute later.
      await leave(store.pool, store.self).catch(() => undefined);
      await Promise.all([store.pool.end(), store.dataSource.destroy()]);
      await store.embedded?.stop();
    },
  };
}

async function openStore(config: Config, log: Logger): Promise<Store> {
  const self = thisProcess(CODE.schema, NEWEST_MIGRATION, config.role);
  const embedded = config.databaseUrl ? null : await startEmbeddedPostgres({ dataDir: config.dataDir });
  const url = embedded?.url ?? config.databaseUrl;
  await prepareDatabase({
    url,
    mode: config.mode,
    code: CODE,
    process: self,
    providers: PROVIDER_NAMES,
    log,
    ...(config.mode === 'mock' ? { alsoInstall: installSimulator } : {}),
  });
  const onError = (error: Error) => log.warn('database.connection_lost', { error: String(error) });
  const dataSource = await applicationDataSource(
    url,
    CODE.schema,
    ENTITIES,
    LIST_CONNECTIONS_MAX,
  ).initialize();
  const pool = createPool(url, CODE.schema, config.databaseConnectionsMax, onError);
  return { url, embedded, pool, dataSource, self };
}

interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly store: Store;
  readonly hub: Hub;
  readonly redis: Redis | null;
  readonly simulator: Simulator | null;
  readonly wires: Wires;
  readonly signal: AbortSignal;
}

function createDeps({ config, log, store, hub, redis, simulator, wires, signal }: Parts): Deps {
  const { pool, dataSource } = store;
  const { mode, paymentsEnabled, providerTimeoutMs, approvalLimits } = config;
  const leaseSeconds = leaseSecondsFor(providerTimeoutMs);
  const simulated = PROVIDER_NAMES.filter((name) => simulator && !config.providers[name]?.apiBase);
  const transports = {
    ...Object.fromEntries(simulated.map((name) => [name, simulator?.handle])),
    ...wires,
  };
  const secrets = createSecretBox(config.secretsKeys);
  const shared = { pool, dataSource, hub, log, readEvents: createReadEvents(pool) };
  const intents = {
    ...shared,
    mode,
    paymentsEnabled,
    allowedOrigins: config.allowedOrigins,
    providerTimeoutMs,
    catalogue: createCatalogue({ pool, log }),
    providers: createProviders({
      ...{ settings: config.providers, transports },
      lines: createLines({ config, pool, redis, log }),
    }),
    simulator,
    claim: createClaim({ pool, mode, ttlSeconds: config.intentTtlSeconds, leaseSeconds }),
    settle: createSettle({ ...shared, secrets, door: NEWS_DOOR }),
    leases: createLeases({ pool, leaseSeconds }),
    readIntent: createReadIntent(pool),
    replays: createReplayCache(redis, log),
    rates: config.rateLimits ? createRates({ mode, redis, log }) : null,
    areWorked: createAreWorked(pool),
  };
  const finish = createFinish(pool);
  const webhookCounts = createWebhookCounts();
  const webhooks = {
    intents,
    webhookProviders: webhookProvidersOf(config),
    secrets,
    store: createStore(pool, secrets),
    finish,
    workWebhookEvent: createWork(
      { intents: inTurn(intents, 'news'), finish, secrets, signal },
      webhookCounts,
    ),
    webhookCounts,
    clock: systemClock,
  };
  return {
    ...intents,
    ...createCreditVerbs(pool),
    ...webhooks,
    config,
    approvalLimits,
    resolveAgreed: (by, input, agreed) =>
      resolveBreak({ ...intents, approvalLimits }, by, input as unknown as ResolveBreak, agreed),
    redis,
    tail: createTail(shared),
    keyCounts: createKeyCounts(),
    streams: { open: 0, limit: Number.POSITIVE_INFINITY },
  };
}
