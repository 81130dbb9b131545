// What the providers' handlers read from and write to.
import type { Pool } from 'pg';
import { batch } from '../kernel/batch';
import { type Decide, makeDecider } from './decide';
import type { Change, Family, StoredObject } from './objects';
import { type ListFilter, listObjects, readFamilies } from './read';

export interface Store {
  /** The family of any object, empty when nobody has that id. Calls at the same time share a statement. */
  readonly readFamily: (id: string) => Promise<Family>;
  readonly list: (filter: ListFilter) => Promise<StoredObject[]>;
  readonly decide: Decide;
}

/** @param onWritten hears of each change once it is stored. */
export function makeStore(pool: Pool, onWritten: (change: Change) => void): Store {
  const readFamily = batch<string, Family>({
    send: async (ids) => {
      const { families, nowMs } = await readFamilies(pool, ids, []);
      return ids.map((id) => families.get(id) ?? { nowMs, objects: [] });
    },
  });
  return { readFamily, list: (filter) => listObjects(pool, filter), decide: makeDecider(pool, onWritten) };
}
