// Databases and pools of a test file, let go of after it.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { createPool } from '../../src/db/pool';
import { freshDatabase } from './database';
import { forgetLedger, verifyOpenLedgers, watchLedger } from './ledger';

/**
 * A pool as what a test plays beside the product has it: the owner of the tables, a simulator's. It hears what happens to its
 * connections: one that is closing while its database is dropped under it says so, and unheard that ends the worker.
 */
export function heardPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export interface TestDatabase {
  readonly url: string;
  /** A pool under the application's role, as a process of its own would have. */
  pool(): pg.Pool;
}

/**
 * One database for a test file, checked after every test. It goes when the run ends: what the file opened may still be
 * closing after the last test.
 */
export function useDatabase(): TestDatabase {
  const made = { url: '' };
  const pools: pg.Pool[] = [];
  beforeAll(async () => {
    Object.assign(made, await freshDatabase());
    watchLedger(made.url);
  });
  afterEach(verifyOpenLedgers);
  afterAll(async () => {
    await forgetLedger(made.url).finally(() => Promise.all(pools.map((pool) => pool.end())));
  });
  return {
    get url() {
      return made.url;
    },
    pool: () => {
      const pool = createPool(made.url, CODE.schema, 8, () => undefined);
      pools.push(pool);
      return pool;
    },
  };
}
