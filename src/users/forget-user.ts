import type { Queryable } from '../db/transaction';

/** Takes away what a product said of a user. @returns whether there was anything */
export async function forgetUser(client: Queryable, userId: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from users where id = $1', [userId]);
  return rowCount !== 0;
}
