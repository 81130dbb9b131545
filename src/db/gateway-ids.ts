// What this gateway is called on the objects that it makes at a provider. It is made with the database and goes with it, into backups
// and back; GATEWAY_ID says it where a database is a copy of another one, or takes the place of one that is lost.
import type pg from 'pg';
import type { Logger } from '../telemetry/logger';

/** The first one is written on what is new; what carries any of them is ours. */
export type GatewayIds = readonly [string, ...string[]];

/**
 * Keeps what GATEWAY_ID says. Call it under the migration lock.
 * @param given the setting; empty: the database keeps the one that it has
 */
export async function stampGatewayId(
  client: pg.ClientBase,
  given: readonly string[],
  log?: Logger,
): Promise<void> {
  const [id] = given;
  if (id === undefined) return;
  const { rows } = await client.query<{ before: string }>(
    `update gateway g set gateway_id = $1 from (select gateway_id as before from gateway) b
     where g.gateway_id <> $1 returning b.before`,
    [id],
  );
  const [changed] = rows;
  if (changed && !given.includes(changed.before))
    log?.warn('gateway.renamed', { gatewayId: id, before: changed.before });
}

/** @param given the setting GATEWAY_ID */
export async function gatewayIdsOf(pool: pg.Pool, given: readonly string[]): Promise<GatewayIds> {
  const [first, ...others] = given;
  if (first !== undefined) return [first, ...others];
  const { rows } = await pool.query<{ gateway_id: string }>('select gateway_id from gateway');
  return [rows[0]?.gateway_id ?? ''];
}
