// The database of a process: prepared, with the pools over it.
import fs from 'node:fs/promises';
import path from 'node:path';
import { installSimulator } from '@credits-gateway/simulator/install';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { applicationDataSource, type ReadFrom, readPoolConfig } from '../db/data-source';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded';
import { type GatewayIds, gatewayIdsOf } from '../db/gateway-ids';
import { NEWEST_MIGRATION } from '../db/migrate';
import { applicationConnection, columnTypes, createPool, type Pooling } from '../db/pool';
import { findPooling, findReplicaPooling } from '../db/pooling';
import { prepareDatabase } from '../db/prepare';
import { type ThisProcess, thisProcess } from '../db/processes';
import { reachDatabase } from '../db/reach';
import { createReplica, ReadPool, type Replica } from '../db/replica';
import type { StoredSecret } from '../db/secret-checks';
import { type Config, ConfigError } from '../kernel/config';
import { DEVELOPMENT_SECRETS } from '../kernel/development-secrets';
import { PROVIDER_NAMES } from '../providers/descriptors';
import { installDefaultRules } from '../risk/install-default-rules';
import type { Logger } from '../telemetry/logger';
import { CODE, ENTITIES } from './database';

// Lists and operator paths are few beside purchases.
const LIST_CONNECTIONS_MAX = 4;

// Who moves the clock of mock mode, and one who waits for that.
const SESSIONS_MAX = 2;

export interface Store {
  /** Of the server itself, past any pooler. */
  readonly directUrl: string;
  readonly embedded: EmbeddedPostgres | null;
  readonly pool: pg.Pool;
  /** For what needs a connection of its own for longer than a transaction; `pool` where each is one's own. */
  readonly sessions: pg.Pool;
  /** For reads that are long or wide; `pool` where there is no replica. */
  readonly reads: pg.Pool;
  /** Null: there is none. */
  readonly replica: Replica | null;
  readonly dataSource: DataSource;
  readonly gatewayIds: GatewayIds;
  readonly self: ThisProcess;
}

/** @throws ConfigError when the configuration and the database do not fit, and what the database throws. */
export async function openStore(config: Config, log: Logger): Promise<Store> {
  const self = thisProcess(CODE.schema, NEWEST_MIGRATION, config.role);
  await assertWritable(config);
  const embedded = config.databaseUrl ? null : await startEmbeddedPostgres({ dataDir: config.dataDir });
  const url = embedded?.url ?? config.databaseUrl;
  const { directUrl, pooling } = await reach(url, config, log);
  await prepareDatabase({
    url: directUrl,
    mode: config.mode,
    code: CODE,
    process: self,
    providers: PROVIDER_NAMES,
    secrets: storedSecrets(config),
    gatewayIds: config.gatewayIds,
    log,
    ...(config.mode === 'mock' ? { alsoInstall: installSimulator } : {}),
  });
  const onError = (error: Error) => log.warn('database.connection_lost', { error: String(error) });
  const pool = createPool(url, CODE.schema, config.databaseConnectionsMax, onError, pooling);
  const from = await findReplica(url, config, pool, log);
  const dataSource = await applicationDataSource(
    url,
    CODE.schema,
    ENTITIES,
    LIST_CONNECTIONS_MAX,
    pooling,
    from,
  ).initialize();
  const sessions = pooling === 'session' ? pool : createPool(directUrl, CODE.schema, SESSIONS_MAX, onError);
  await installDefaultRules(pool);
  const gatewayIds = await gatewayIdsOf(pool, config.gatewayIds);
  const reads = from ? readPool(url, pooling, from, onError) : pool;
  const replica = from?.replica ?? null;
  return { directUrl, embedded, pool, sessions, reads, replica, dataSource, gatewayIds, self };
}

async function findReplica(
  url: string,
  config: Config,
  primary: pg.Pool,
  log: Logger,
): Promise<ReadFrom | null> {
  const { databaseReadUrl, databaseReadWaitMs: waitMs } = config;
  if (databaseReadUrl === '') return null;
  const pooling = await findReplicaPooling(url, databaseReadUrl);
  const onError = (error: Error) => log.warn('database.replica_lost', { error: String(error) });
  const options = { url: databaseReadUrl, codeSchema: CODE.schema, pooling, waitMs, primary, onError };
  return { url: databaseReadUrl, pooling, replica: createReplica(options) };
}

function readPool(url: string, pooling: Pooling, from: ReadFrom, onError: (error: Error) => void): pg.Pool {
  const primary = {
    ...applicationConnection(url, CODE.schema, pooling),
    max: LIST_CONNECTIONS_MAX,
    types: columnTypes,
  };
  const pool = new ReadPool(readPoolConfig(from, CODE.schema, primary));
  pool.on('error', onError);
  return pool;
}

/** Lets go of what openStore opened. */
export async function closeStore(store: Store): Promise<void> {
  const pools = new Set([store.pool, store.sessions, store.reads]);
  await Promise.all([
    store.dataSource.destroy(),
    store.replica?.close(),
    ...[...pools].map((pool) => pool.end()),
  ]);
  await store.embedded?.stop();
}

/** Waits for the database, by both of its addresses where it has two. */
async function reach(
  url: string,
  { databaseDirectUrl, databasePooling, startWaitMs }: Config,
  log: Logger,
): Promise<{ readonly directUrl: string; readonly pooling: Pooling }> {
  await reachDatabase(url, startWaitMs, log);
  if (databaseDirectUrl) await reachDatabase(databaseDirectUrl, startWaitMs, log, 'DATABASE_DIRECT_URL');
  const pooling = await findPooling({ url, directUrl: databaseDirectUrl, asked: databasePooling });
  log.info('database.reached', { pooling });
  return { directUrl: databaseDirectUrl || url, pooling };
}

/** What of the database is of no use without its secret. */
export const storedSecrets = ({ secretsKeys, apiKeyPeppers }: Config): StoredSecret[] => [
  {
    setting: 'SECRETS_KEY',
    secrets: secretsKeys,
    development: DEVELOPMENT_SECRETS.secretsKey,
    keeps: "endpoints' secrets and webhook events cannot be read",
  },
  {
    setting: 'API_KEY_PEPPER',
    secrets: apiKeyPeppers,
    development: DEVELOPMENT_SECRETS.apiKeyPepper,
    keeps: 'no API key that was given out is known',
  },
];

/**
 * The database of a gateway that was given none is kept there.
 * @throws ConfigError when nothing can be written
 */
async function assertWritable({ dataDir, databaseUrl }: Config): Promise<void> {
  if (databaseUrl) return;
  const probe = path.join(dataDir, `.probe-${process.pid}`);
  try {
    await fs.mkdir(dataDir, { recursive: true });
    await fs.writeFile(probe, '');
    await fs.unlink(probe);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new ConfigError([
      `DATA_DIR: nothing can be written to ${path.resolve(dataDir)} (${code}), where the database is kept while DATABASE_URL is empty; ` +
        'give this user the right to, or name another directory',
    ]);
  }
}
