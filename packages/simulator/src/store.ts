// What the providers' handlers read from and write to.
import type { Pool } from 'pg';
import { type BalanceEntry, type BooksFilter, findEntry, listEntries, listSettled } from './books';
import { type Decide, makeDecider, type Office } from './decide';
import { randomSeed } from './ids';
import type { Account } from './limits';
import type { Family, StoredObject } from './objects';
import { type ListFilter, listObjects, readFamilies } from './read';
import { inSets } from './sets';

export interface Store {
  /** The family of any object, empty when nobody has that id. Calls at the same time share a statement. */
  readonly readFamily: (id: string) => Promise<Family>;
  readonly list: (filter: ListFilter) => Promise<StoredObject[]>;
  readonly decide: Decide;
  /** What a new object's id is made from: the same for the same idempotency key until keys are forgotten. */
  readonly seedOf: (key: string | null) => string;
  readonly forgetKeys: () => Promise<void>;
  readonly account: Account;
  /** The movements of our balance with the provider. */
  readonly books: {
    readonly list: (filter: BooksFilter) => Promise<BalanceEntry[]>;
    readonly settled: (filter: Parameters<typeof listSettled>[1]) => Promise<BalanceEntry[]>;
    readonly find: (id: string) => Promise<BalanceEntry | null>;
  };
}

export function makeStore(pool: Pool, account: Account, office: Office): Store {
  const readFamily = inSets<string, Family>(async (ids) => {
    const { families, nowMs } = await readFamilies(pool, ids, []);
    return ids.map((id) => families.get(id) ?? { nowMs, objects: [] });
  });
  let forgotten = 0;
  return {
    account,
    seedOf: (key) => (key === null ? randomSeed() : forgotten === 0 ? key : `${key} ${forgotten}`),
    async forgetKeys() {
      await pool.query('delete from simulator.requests');
      forgotten++;
    },
    readFamily,
    list: (filter) => listObjects(pool, filter),
    decide: makeDecider(pool, account, office),
    books: {
      list: (filter) => listEntries(pool, filter),
      settled: (filter) => listSettled(pool, filter),
      find: (id) => findEntry(pool, id),
    },
  };
}
