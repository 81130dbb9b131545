// Whether a key was used before: asked where something would be refused that may have been done under it already.
import type pg from 'pg';

/** @param operation as in idempotency_keys, e.g. `adjust`. */
export async function isKeyKnown(
  pool: pg.Pool,
  userId: string,
  operation: string,
  key: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select 1 from idempotency_keys where user_id = $1 and operation = $2 and key = hashed_key($1, $3)',
    [userId, operation, key],
  );
  return rowCount !== 0;
}
