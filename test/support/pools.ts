// Databases and pools of a test file, let go of after it.
import type pg from 'pg';
import { CODE } from '../../src/app/database';
import { createPool } from '../../src/db/pool';
import { freshDatabase } from './database';
import { forgetLedger, verifyOpenLedgers, watchLedger } from './ledger';

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
