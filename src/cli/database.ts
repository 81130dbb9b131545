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
  const pool = createPool(url, CODE.schema, CONNECTIONS_MAX, () => undefined);
  try {
    return await work(pool);
  } finally {
    await pool.end();
    await stop();
  }
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
