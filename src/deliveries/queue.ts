// The rows are the queue: deliveries are written into it, taken with a lease, and put back or ended. See queue.sql.
import path from 'node:path';
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { arrayText, type RowType } from '../db/set-call';
import { setVerb } from '../db/set-verb';
import { newId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import { Delivery, type DeliveryStatus } from './delivery.entity';
import type { ProductEvent } from './product-event';

export const QUEUE_SQL = path.join(__dirname, 'queue.sql');

export interface Wanted {
  readonly endpointId: string;
  readonly event: ProductEvent;
  readonly orderKey: string | null;
}

/**
 * Writes deliveries, due at once, in the order in which they are given; one event goes to an endpoint once, and none to one that is
 * deleted: its row is locked, so that whoever deletes it ends these as well.
 */
export async function queueDeliveries(
  client: Pick<pg.Pool, 'query'>,
  wanted: readonly Wanted[],
): Promise<void> {
  await client.query(
    `with there as (
       select id from webhook_endpoints where id = any($2) and deleted_at is null order by id for share)
     insert into deliveries (id, endpoint_id, event_id, type, order_key, sequence, body)
     select w.* from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[])
       as w(id, endpoint_id, event_id, type, order_key, sequence, body)
     where w.endpoint_id in (select id from there)
     on conflict (endpoint_id, event_id) do nothing`,
    [
      wanted.map(() => newId('delivery')),
      wanted.map(({ endpointId }) => endpointId),
      wanted.map(({ event }) => event.id),
      wanted.map(({ event }) => event.type),
      wanted.map(({ orderKey }) => orderKey),
      wanted.map(({ event }) => event.sequence),
      wanted.map(({ event }) => JSON.stringify(event)),
    ],
  );
}

export interface Shares {
  /** Sends at the same time in this process. */
  readonly inAll: number;
  /** Of one endpoint. */
  readonly perEndpoint: number;
  /** Of one whose last attempt failed. */
  readonly perFailingEndpoint: number;
}

/** A delivery that this process may send now, to where its endpoint is now. */
export interface TakenDelivery {
  readonly delivery: Delivery;
  readonly url: string;
  /** All that are live, the newest first, as they are stored. */
  readonly secrets: readonly string[];
}

/** SQL: whether a delivery is due to an endpoint that is on. */
export const DELIVERIES_ARE_DUE = `exists (
  select from webhook_endpoints e, lateral (
    select from deliveries d where d.endpoint_id = e.id and d.due_at <= (select instant()) order by d.due_at limit 1) d
  where e.enabled and e.deleted_at is null)`;

/** @param inFlight how many sends this process has under way to each endpoint. */
export async function takeDeliveries(
  pool: pg.Pool,
  inFlight: ReadonlyMap<string, number>,
  shares: Shares,
  leaseSeconds: number,
): Promise<TakenDelivery[]> {
  const busy = [...inFlight.values()].reduce((sum, count) => sum + count, 0);
  const { rows } = await pool.query<Row & { url: string; secrets: string[] }>({
    name: 'take_deliveries',
    text: `
      select ${selectList(Delivery, 'd')}, e.url, array(
        select secret from webhook_endpoint_secrets s
        where s.endpoint_id = e.id and (s.expires_at is null or s.expires_at > (select instant()))
        order by s.created_at desc) as secrets
      from take_deliveries($1, $2, $3, $4, $5, $6) d
      join webhook_endpoints e on e.id = d.endpoint_id`,
    values: [
      [...inFlight.keys()],
      [...inFlight.values()],
      shares.inAll - busy,
      shares.perEndpoint,
      shares.perFailingEndpoint,
      leaseSeconds,
    ],
  });
  const toDelivery = rowMapper(Delivery);
  return rows.map((row) => ({ delivery: toDelivery(row), url: row.url, secrets: row.secrets }));
}

export interface Ended {
  readonly delivery: Pick<Delivery, 'id' | 'claimNumber'>;
  readonly durationMs: number;
  /** Null: it was received. */
  readonly error: string | null;
  /** When to try again; null: never. */
  readonly againSeconds: number | null;
  /** The receiver says that nobody will ever be there again. */
  readonly isGone: boolean;
}

export interface Finished {
  readonly number: number;
  readonly status: DeliveryStatus;
  /** True once: this attempt switched its endpoint off. */
  readonly switchedOff: boolean;
}

export type FinishDelivery = (ended: Ended) => Promise<Finished>;

/** When an endpoint that only fails is switched off: both must hold. */
export interface GiveUp {
  readonly seconds: number;
  readonly count: number;
}

export const DELIVERY_END: RowType<Ended> = {
  name: 'delivery_end',
  columns: {
    id: (end) => end.delivery.id,
    claim_number: (end) => end.delivery.claimNumber,
    duration_ms: (end) => end.durationMs,
    error: (end) => end.error,
    again_seconds: (end) => end.againSeconds,
    gone: (end) => end.isGone,
  },
};

export function createFinish(pool: pg.Pool, giveUp: GiveUp): FinishDelivery {
  const verb = setVerb<Ended, { ord: number; number: number; status: DeliveryStatus; switched_off: boolean }>(
    {
      pool,
      name: 'finish_deliveries',
      text: 'select * from finish_deliveries($1::delivery_end[], $2, $3)',
      values: (ends) => [arrayText(DELIVERY_END, ends), giveUp.seconds, giveUp.count],
    },
  );
  return async (ended) => {
    const [answer] = await verb([ended]);
    invariant(answer, `Delivery ${ended.delivery.id} is gone`);
    return { number: answer.number, status: answer.status, switchedOff: answer.switched_off };
  };
}
