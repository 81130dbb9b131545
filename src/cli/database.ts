// The database for a command: the one that DATABASE_URL names, the one that a gateway on this machine runs, or, when none
// runs, the embedded one, for as long as the command lasts.
import fs from 'node:fs';
import type pg from 'pg';
import { CODE } from '../app/database';
import { startEmbeddedPostgres, urlAt } from '../db/embedded';
import { runningSocketDirectory } from '../db/embedded/running';
import { createPool } from '../db/pool';
import { type Config, ConfigError } from '../kernel/config';

const CONNECTIONS_MAX = 4;

/** Calls `work` with connections under the application's role. @throws ConfigError when there is no database. */
export async function withDatabase<Result>(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  work: (pool: pg.Pool) => Promise<Result>,
): Promise<Result> {
  const { url, stop } = await open(config);
  try {
    const pool = await poolOn(url, CONNECTIONS_MAX);
    return await work(pool).finally(() => pool.end());
  } finally {
    await stop();
  }
}

/**
 * Connections that work with this version's functions. A command installs none: it may run beside an older gateway.
 * @throws ConfigError when this version has never been started on the database.
 */
export async function poolOn(url: string, connectionsMax: number): Promise<pg.Pool> {
  const pool = createPool(url, CODE.schema, connectionsMax, () => undefined);
  try {
    const { rows } = await pool.query('select to_regnamespace($1) is not null as there', [CODE.schema]);
    if (rows[0].there) return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
  await pool.end();
  throw new ConfigError([
    'DATABASE_URL: this version of the gateway has never been started on this database. Start it once, or use the version that runs there',
  ]);
}

async function open({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>) {
  if (databaseUrl) return { url: databaseUrl, stop: async () => undefined };
  const running = runningSocketDirectory(dataDir);
  if (running) return { url: urlAt(running), stop: async () => undefined };
  if (!fs.existsSync(dataDir))
    throw new ConfigError([
      `DATA_DIR: there is no database in ${dataDir}. Start the gateway once, or set DATABASE_URL`,
    ]);
  const server = await startEmbeddedPostgres({ dataDir });
  return { url: server.url, stop: () => server.stop() };
}
