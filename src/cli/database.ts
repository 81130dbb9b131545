// The database for a command: the one that DATABASE_URL names, the one that a gateway on this machine runs, or, when none
// runs, the embedded one, for as long as the command lasts.
import fs from 'node:fs';
import type pg from 'pg';
import { CODE } from '../app/database';
import { startEmbeddedPostgres, urlAt } from '../db/embedded';
import { runningSocketDirectory } from '../db/embedded/running';
import { createPool } from '../db/pool';
import { reachDatabase } from '../db/reach';
import { type Config, ConfigError } from '../kernel/config';

const CONNECTIONS_MAX = 4;

/** Of a role that a connection was to work under. */
const INVALID_VALUE = '22023';

type DatabaseAddress = Pick<Config, 'databaseUrl' | 'databaseDirectUrl' | 'dataDir'>;

/**
 * Calls `work` with connections under the application's role, and with the address, whose user owns the database.
 * @throws ConfigError when there is no database, or this version was never started on it.
 */
export async function withDatabase<Result>(
  config: DatabaseAddress,
  work: (pool: pg.Pool, url: string) => Promise<Result>,
): Promise<Result> {
  const { url, stop } = await openDatabase(config);
  try {
    const pool = await poolOn(url, CONNECTIONS_MAX);
    return await work(pool, url).finally(() => pool.end());
  } finally {
    await stop();
  }
}

/**
 * Connections that work with this version's functions. A command installs none: it may run beside an older gateway.
 * @throws ConfigError when this version has never been started on the database.
 */
export async function poolOn(url: string, connectionsMax: number): Promise<pg.Pool> {
  await reachDatabase(url, 0);
  const pool = createPool(url, CODE.schema, connectionsMax, () => undefined);
  const isThere = await hasCode(pool).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  if (isThere) return pool;
  await pool.end();
  throw new ConfigError([
    'DATABASE_URL: this version of the gateway has never been started on this database. Start it once, or use the version that runs there',
  ]);
}

/** Whether this version's functions are there; nor is the role, before a first start. */
async function hasCode(pool: pg.Pool): Promise<boolean> {
  try {
    const { rows } = await pool.query('select to_regnamespace($1) is not null as there', [CODE.schema]);
    return rows[0].there;
  } catch (error) {
    if ((error as { code?: string }).code !== INVALID_VALUE) throw error;
    return false;
  }
}

/** @throws ConfigError when there is none */
export async function openDatabase({ databaseUrl, databaseDirectUrl, dataDir }: DatabaseAddress) {
  // A command needs few connections, and a pooler is for many.
  if (databaseUrl) return { url: databaseDirectUrl || databaseUrl, stop: async () => undefined };
  const running = runningSocketDirectory(dataDir);
  if (running) return { url: urlAt(running), stop: async () => undefined };
  if (!fs.existsSync(dataDir))
    throw new ConfigError([
      `DATA_DIR: there is no database in ${dataDir}. Start the gateway once, or set DATABASE_URL`,
    ]);
  const server = await startEmbeddedPostgres({ dataDir });
  return { url: server.url, stop: () => server.stop() };
}
