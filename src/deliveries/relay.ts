// From the events to deliveries: reads what was committed, in the order of transactions, and writes a delivery for each
// endpoint that wants it, together with the new position. So an event becomes its deliveries once, whatever dies when.

import { inTransaction, type Queryable } from '../db/transaction';
import { dueAgain, isDueAgain, keepAside, release } from '../jobs/quarantine';
import type { SecretBox } from '../kernel/secret-box';
import type { DeliveryDeps } from './deps';
import { matches } from './event-types';
import { orderKeyOf, productEventOf } from './product-event';
import { queueDeliveries, type Wanted } from './queue';
import type { RelayedRow } from './relayed-row';

// One page is a transaction of some milliseconds, also when the events have run far ahead.
const PAGE = 500;

type RelayDeps = Pick<DeliveryDeps, 'pool' | 'log' | 'secrets'>;

/** The loop's name; what is set aside for it is found there again. */
export const RELAY_LOOP = 'relay-events';

/**
 * Relays one page; where there is no endpoint, all that waits is passed over unread.
 * @returns how many events were read; 0 when there is nothing to read, or another process is reading.
 */
export async function relayEvents(deps: RelayDeps): Promise<number> {
  const { pool, log } = deps;
  const { rows } = await pool.query<{ is_wanted: boolean }>({ name: 'relay_waiting', text: WAITING });
  const [waiting] = rows;
  if (!waiting) return 0;
  if (!waiting.is_wanted) {
    await pool.query({ name: 'pass_over_events', text: 'select pass_over_events()' });
    return 0;
  }
  const read = await inTransaction(pool, (client) => relayPage(client, deps.secrets));
  if (!read) return 0;
  for (const { id, error } of read.poisoned)
    log.error('row.quarantined', { loop: RELAY_LOOP, rowId: id, error: String(error) });
  if (read.deliveries > 0)
    log.info('deliveries.queued', { events: read.events, deliveries: read.deliveries });
  return read.events;
}

// Few at a time: each is a row that failed before.
const AGAIN_AT_ONCE = 50;

/**
 * Tries events again of which not every delivery could be made, when their time has come: what was wrong may be mended.
 * @returns how many are made up for.
 */
export async function relayAgain(deps: RelayDeps): Promise<number> {
  const ids = await dueAgain(deps, RELAY_LOOP, AGAIN_AT_ONCE);
  let relayed = 0;
  for (const id of ids) relayed += (await relayOneAgain(deps, id)) ? 1 : 0;
  return relayed;
}

async function relayOneAgain(deps: RelayDeps, id: string): Promise<boolean> {
  const { poisoned, deliveries } = await inTransaction(deps.pool, async (client) => {
    const { rows } = await client.query<RelayedRow>(AGAIN, [id]);
    return writeDeliveries(client, rows, deps.secrets);
  });
  const [still] = poisoned;
  if (still) {
    deps.log.error('row.quarantined', { loop: RELAY_LOOP, rowId: id, error: String(still.error) });
    return false;
  }
  deps.log.info('deliveries.queued', { events: 1, deliveries });
  await release(deps, RELAY_LOOP, id);
  return true;
}

// Ids and transaction ids are given out before the commit, so what is older may appear later. Below the horizon nothing
// can appear any more; rows of an older epoch were written in another cluster.
const BELOW = '(e.epoch, e.xid) < (g.epoch, (select horizon()))';

const FIRST = `positions p, gateway g, lateral (
    select from events e where (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id) and ${BELOW}
    order by e.epoch, e.xid, e.id limit 1) e
  where p.name = 'deliveries'`;

const WAITING = `
  select exists (select from webhook_endpoints where deleted_at is null) as is_wanted from ${FIRST}`;

/** SQL: whether an event waits. */
export const EVENTS_WAIT = `exists (select from ${FIRST})`;

/** SQL: whether it is time to try one again. */
export const EVENTS_ARE_DUE_AGAIN = isDueAgain(RELAY_LOOP);

const POSITION = `
  select epoch, xid::text, id from positions where name = 'deliveries' for no key update skip locked`;

const relayed = (page: string) => `
  with page as materialized (${page})
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

const RELAYED = relayed(`
  select e.* from gateway g, lateral (
    select * from events e where (e.epoch, e.xid, e.id) > ($1, $2::xid8, $3) and ${BELOW}
    order by e.epoch, e.xid, e.id limit ${PAGE}) e`);

const AGAIN = relayed('select * from events where id = $1::bigint');

interface Poisoned {
  readonly id: string;
  readonly error: unknown;
}

interface Written {
  readonly deliveries: number;
  /** Kept aside in the same transaction, to be tried again. */
  readonly poisoned: readonly Poisoned[];
}

/** Null when there is nothing to read, or another process is reading. */
async function relayPage(
  client: Queryable,
  secrets: SecretBox,
): Promise<(Written & { readonly events: number }) | null> {
  const { rows: positions } = await client.query(POSITION);
  const [from] = positions;
  if (!from) return null;
  const { rows } = await client.query<RelayedRow>(RELAYED, [from.epoch, from.xid, from.id]);
  const last = rows.at(-1);
  if (!last) return null;
  const written = await writeDeliveries(client, rows, secrets);
  await client.query("update positions set epoch = $1, xid = $2::xid8, id = $3 where name = 'deliveries'", [
    last.epoch,
    last.xid,
    last.id,
  ]);
  return { events: rows.length, ...written };
}

interface Endpoint {
  readonly id: string;
  readonly events: readonly string[];
  readonly created_at: Date;
}

async function writeDeliveries(
  client: Queryable,
  rows: readonly RelayedRow[],
  secrets: SecretBox,
): Promise<Written> {
  const { rows: endpoints } = await client.query<Endpoint>(
    'select id, events, created_at from webhook_endpoints where deleted_at is null',
  );
  const poisoned: Poisoned[] = [];
  const wanted = rows.flatMap((row) => {
    const made = wantedOf(row, endpoints, secrets);
    if (made.error !== null) poisoned.push({ id: String(row.id), error: made.error });
    return made.wanted;
  });
  if (wanted.length > 0) await queueDeliveries(client, wanted);
  for (const { id, error } of poisoned) await keepAside(client, RELAY_LOOP, id, error);
  return { deliveries: wanted.length, poisoned };
}

/** The deliveries of an event, as far as they can be made: neither an event nor an endpoint keeps others from theirs. */
function wantedOf(
  row: RelayedRow,
  endpoints: readonly Endpoint[],
  secrets: SecretBox,
): { readonly wanted: readonly Wanted[]; readonly error: unknown } {
  const wanted: Wanted[] = [];
  let failure: unknown = null;
  const attempt = (make: () => void) => {
    try {
      make();
    } catch (error) {
      failure ??= error;
    }
  };
  attempt(() => {
    const event = productEventOf(row, secrets);
    if (!event) return;
    for (const { id, events, created_at } of endpoints)
      attempt(() => {
        if (row.at >= created_at && events.some((pattern) => matches(pattern, event.type)))
          wanted.push({ endpointId: id, event, orderKey: orderKeyOf(row) });
      });
  });
  return { wanted, error: failure };
}
