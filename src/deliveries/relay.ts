// From the events to deliveries: reads what was committed, in the order of transactions, and writes a delivery for each
// endpoint that wants it, together with the new position. So an event becomes its deliveries once, whatever dies when.

import type pg from 'pg';
import { setAside } from '../jobs/quarantine';
import type { DeliveryDeps } from './deps';
import { matches } from './event-types';
import { orderKeyOf, productEventOf, type RelayedRow } from './product-event';
import { queueDeliveries, type Wanted } from './queue';

// One page is a transaction of some milliseconds, also when the events have run far ahead.
const PAGE = 500;

/**
 * Relays one page. @returns how many events were read; 0 when there is nothing to read, or another process is reading.
 */
export async function relayEvents({ pool, log }: Pick<DeliveryDeps, 'pool' | 'log'>): Promise<number> {
  const { rowCount } = await pool.query({ name: 'relay_waiting', text: WAITING });
  if (rowCount === 0) return 0;
  const client = await pool.connect();
  try {
    await client.query('begin');
    const poisoned: Poisoned[] = [];
    const read = await relayPage(client, poisoned);
    await client.query('commit');
    // An event of which no delivery can be made keeps no other from being told.
    for (const { id, error } of poisoned) await setAside({ pool, log }, 'relay-events', id, error);
    if (read.deliveries > 0) log.info('deliveries.queued', read);
    client.release();
    return read.events;
  } catch (error) {
    // The connection may be in the middle of the transaction: closing it rolls back.
    client.release(true);
    throw error;
  }
}

// Ids and transaction ids are given out before the commit, so what is older may appear later. Below the horizon nothing
// can appear any more; rows of an older epoch were written in another cluster.
const BELOW = '(e.epoch, e.xid) < (g.epoch, (select horizon()))';

const WAITING = `
  select 1 from positions p, gateway g, lateral (
    select 1 from events e where (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id) and ${BELOW}
    order by e.epoch, e.xid, e.id limit 1) e
  where p.name = 'deliveries'`;

const POSITION = `
  select epoch, xid::text, id from positions where name = 'deliveries' for no key update skip locked`;

const RELAYED = `
  with page as materialized (
    select e.* from gateway g, lateral (
      select * from events e where (e.epoch, e.xid, e.id) > ($1, $2::xid8, $3) and ${BELOW}
      order by e.epoch, e.xid, e.id limit ${PAGE}) e
  )
  select e.id, e.epoch, e.xid::text, e.subject, e.version, e.kind, e.from_status, e.to_status, e.data, e.at,
    coalesce(j.user_id, i.user_id, e.data ->> 'userId') as user_id, i.id as intent_id, i.package_id, i.package_name, i.credits,
    i.amount_minor, i.currency, i.provider, i.mode, i.provider_intent_id, i.cancel_reason, f.failure,
    case e.kind when 'balance_changed' then j.caller_reference when 'hold_changed' then h.reference else i.reference end as reference,
    case e.kind when 'balance_changed' then j.metadata when 'hold_changed' then h.metadata else i.metadata end as metadata,
    j.kind as posting, j.reason, j.public_reason
  from page e
  left join journal j on e.kind = 'balance_changed' and j.id = case when e.data ->> 'journalId' ~ '^[0-9]{1,18}$' then (e.data ->> 'journalId')::bigint end
  left join intents i on i.id = case e.kind when 'balance_changed' then j.intent_id else e.subject end
  left join holds h on e.kind = 'hold_changed' and h.id = e.subject
  left join lateral (
    select b.data -> 'failure' as failure from events b
    where e.to_status = 'failed' and b.subject = e.subject and b.sequence <= e.sequence and b.data ? 'failure'
    order by b.sequence desc limit 1) f on true
  order by e.epoch, e.xid, e.id`;

interface Poisoned {
  readonly id: string;
  readonly error: unknown;
}

async function relayPage(
  client: pg.PoolClient,
  poisoned: Poisoned[],
): Promise<{ events: number; deliveries: number }> {
  const { rows: positions } = await client.query(POSITION);
  const [from] = positions;
  if (!from) return { events: 0, deliveries: 0 };
  const { rows } = await client.query<RelayedRow>(RELAYED, [from.epoch, from.xid, from.id]);
  const last = rows.at(-1);
  if (!last) return { events: 0, deliveries: 0 };
  const deliveries = await writeDeliveries(client, rows, poisoned);
  await client.query("update positions set epoch = $1, xid = $2::xid8, id = $3 where name = 'deliveries'", [
    last.epoch,
    last.xid,
    last.id,
  ]);
  return { events: rows.length, deliveries };
}

async function writeDeliveries(
  client: pg.PoolClient,
  rows: readonly RelayedRow[],
  poisoned: Poisoned[],
): Promise<number> {
  const { rows: endpoints } = await client.query<{ id: string; events: string[]; created_at: Date }>(
    'select id, events, created_at from webhook_endpoints where deleted_at is null',
  );
  const wanted = rows.flatMap((row): Wanted[] => {
    const event = attempted(row, poisoned);
    if (!event) return [];
    return endpoints
      .filter(
        ({ events, created_at }) =>
          row.at >= created_at && events.some((pattern) => matches(pattern, event.type)),
      )
      .map(({ id }) => ({ endpointId: id, event, orderKey: orderKeyOf(row) }));
  });
  if (wanted.length > 0) await queueDeliveries(client, wanted);
  return wanted.length;
}

function attempted(row: RelayedRow, poisoned: Poisoned[]): ReturnType<typeof productEventOf> {
  try {
    return productEventOf(row);
  } catch (error) {
    poisoned.push({ id: String(row.id), error });
    return null;
  }
}
