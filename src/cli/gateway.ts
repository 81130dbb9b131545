// What a gateway works with, for a command: the same doors over the same database, without a server and without background work.

import { CODE, ENTITIES } from '../app/database';
import { createDeps } from '../app/deps';
import { mockProviders } from '../app/mock-providers';
import { applicationDataSource } from '../db/data-source';
import { gatewayIdsOf } from '../db/gateway-ids';
import { NEWEST_MIGRATION } from '../db/migrate';
import { thisProcess } from '../db/processes';
import { connectRedis } from '../db/redis';
import { createHub } from '../events/hub';
import type { Deps } from '../graphql/context';
import type { Config } from '../kernel/config';
import { Problem } from '../kernel/problems';
import { createLogger } from '../telemetry/logger';
import { UsageError } from './command';
import { openDatabase, poolOn } from './database';

// As many as a command asks of a provider at once.
const CONNECTIONS_MAX = 8;
const LIST_CONNECTIONS_MAX = 1;

/**
 * Calls `work` with them. What a command has to say it says itself: nothing is logged but what ends it.
 * @throws UsageError for what a use case refuses; ConfigError when there is no database, or this version was never started on it.
 */
export async function withGateway<Result>(
  config: Config,
  work: (deps: Deps) => Promise<Result>,
): Promise<Result> {
  const log = createLogger('fatal');
  const stop = new AbortController();
  const database = await openDatabase(config);
  const closing: (() => Promise<unknown>)[] = [() => database.stop()];
  try {
    const { url } = database;
    const pool = await poolOn(url, CONNECTIONS_MAX);
    closing.push(() => pool.end());
    const dataSource = await applicationDataSource(
      url,
      CODE.schema,
      ENTITIES,
      LIST_CONNECTIONS_MAX,
    ).initialize();
    closing.push(() => dataSource.destroy());
    const redis = config.redisUrl ? await connectRedis(config.redisUrl, log) : null;
    closing.push(async () => redis?.close());
    const simulator = config.mode === 'mock' ? mockProviders(url, { receive: null }, log) : null;
    closing.push(async () => simulator?.close());
    const self = thisProcess(CODE.schema, NEWEST_MIGRATION, config.role);
    const pools = { pool, sessions: pool, reads: pool, replica: null };
    const gatewayIds = await gatewayIdsOf(pool, config.gatewayIds);
    const store = { directUrl: url, embedded: null, ...pools, dataSource, gatewayIds, self };
    const parts = { config, log, store, hub: createHub(), redis: redis?.commands ?? null, wires: {} };
    return await work(createDeps({ ...parts, simulator: simulator?.instance ?? null, signal: stop.signal }));
  } catch (error) {
    // What it says is for whoever asked.
    throw error instanceof Problem ? new UsageError(error.message) : error;
  } finally {
    stop.abort();
    for (const close of closing.reverse()) await close();
  }
}
