// From a configuration to a gateway that serves, and back to nothing. What its parts are made of stands in src/app.
import { setMaxListeners } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { createDeps } from './app/deps';
import type { Wires } from './app/intents';
import { loopsOf } from './app/loops';
import { type Door, mockProviders } from './app/mock-providers';
import { closeStore, openStore } from './app/store';
import { startTraces } from './app/traces';
import { createFindKeyCaller } from './callers/api-keys';
import { createAuthenticate } from './callers/token';
import { leave } from './db/processes';
import { connectRedis } from './db/redis';
import { createHub } from './events/hub';
import { relayThroughRedis } from './events/relay';
import type { Deps } from './graphql/context';
import { addRoutes, addWorkerRoutes } from './http/routes';
import { createServer } from './http/server';
import { runLoops } from './jobs/run-loops';
import { type Config, portOf } from './kernel/config';
import type { Logger } from './telemetry/logger';

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

/**
 * Starts a gateway.
 * @param wires replaces the network to a provider; mock mode puts its simulator there.
 * @throws ConfigError when the configuration and the database do not fit, and what the network or the database throw.
 */
export async function startApp(config: Config, log: Logger, wires: Wires = {}): Promise<App> {
  const stop = new AbortController();
  // Each loop listens; Node warns of more than ten as of a leak.
  setMaxListeners(0, stop.signal);
  // First what leaves nothing behind where it is refused.
  const redis = config.redisUrl ? await connectRedis(config.redisUrl, log) : null;
  const store = await openStore(config, log);
  const hub = createHub();
  if (redis) relayThroughRedis(hub, redis.commands, redis.subscriber, log);
  const door: Door = { receive: null };
  const simulator = config.mode === 'mock' ? mockProviders(store.directUrl, door, log) : null;
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
  const tracing = config.tracing && startTraces(config.tracing, deps, store.self);
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
  const url = server ? await server.listen({ port: port ?? 0, host: config.host }) : '';
  door.receive = routes?.receiveWebhook ?? null;
  // It sends webhook events to this process, which a worker does not take.
  if (config.role !== 'worker') simulator?.instance.start();
  const loops = runLoops(deps, loopsOf(deps, store.self), stop.signal);

  return {
    deps,
    server,
    url,
    announceEnd: () => routes?.announceEnd(),
    close: async () => {
      // First what callers wait for, which may itself wait for a loop or for an event of a simulated provider.
      await routes?.finish();
      stop.abort();
      door.receive = null;
      await server?.close();
      await routes?.close();
      hub.close();
      await simulator?.close();
      await loops;
      await redis?.close();
      // Where the database is away, it is forgotten a minute later.
      await leave(store.pool, store.self).catch(() => undefined);
      await tracing?.close();
      await closeStore(store);
    },
  };
}
