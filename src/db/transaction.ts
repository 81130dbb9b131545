// A transaction on the pool, for operators' actions of several statements. The purchase path has none: each of its verbs is
// one statement.
import type pg from 'pg';
import { NoAnswer } from './limited-client';

/** What a statement may be sent through: the pool, or a transaction's connection. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** Runs `work` in one transaction, which rolls back when it throws. Nothing that waits for a network may be in it. */
export const inTransaction = <Result>(
  pool: pg.Pool,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> => between(pool, 'begin', work);

/** Runs reads of several statements that see the same moment: figures of one answer agree. It may write nothing. */
export const inSnapshot = <Result>(
  pool: pg.Pool,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> => between(pool, 'begin isolation level repeatable read read only', work);

async function between<Result>(
  pool: pg.Pool,
  begin: string,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away.
    if (error instanceof NoAnswer) broken = error;
    else
      await client.query('rollback').catch((failed: Error) => {
        broken = failed;
      });
    throw error;
  } finally {
    client.release(broken);
  }
}
