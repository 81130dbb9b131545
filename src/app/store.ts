// The database of a process: prepared, with the pools over it.
import { installSimulator } from '@credits-gateway/simulator/install';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { applicationDataSource } from '../db/data-source';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded';
import { NEWEST_MIGRATION } from '../db/migrate';
import { createPool } from '../db/pool';
import { prepareDatabase } from '../db/prepare';
import { type ThisProcess, thisProcess } from '../db/processes';
import type { Config } from '../kernel/config';
import { PROVIDER_NAMES } from '../providers/descriptors';
import type { Logger } from '../telemetry/logger';
import { CODE, ENTITIES } from './database';

// Lists and operator paths are few beside purchases.
const LIST_CONNECTIONS_MAX = 4;

export interface Store {
  readonly url: string;
  readonly embedded: EmbeddedPostgres | null;
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly self: ThisProcess;
}

/** @throws ConfigError when the configuration and the database do not fit, and what the database throws. */
export async function openStore(config: Config, log: Logger): Promise<Store> {
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
