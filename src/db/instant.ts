import type { Queryable } from './transaction';

/**
 * What the gateway's clock says now, in whole milliseconds: the database's clock, and by how much mock mode has moved it.
 * Every rule about what happened when asks here or instant() in SQL. What is measured while this process runs, such as a
 * timeout, a token or a rate, goes by the real clock: test/db/bare-clocks.test.ts names the places.
 */
export async function readInstant(database: Queryable): Promise<Date> {
  const { rows } = await database.query<{ now: Date }>({ name: 'instant', text: 'select instant() as now' });
  return rows[0]?.now as Date;
}
