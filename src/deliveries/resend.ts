import type { SelectQueryBuilder } from 'typeorm';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { invalidInput } from '../kernel/problems';
import { type Delivery, ERASED_BODY } from './delivery.entity';
import type { DeliveryDeps } from './deps';
import { WebhookEndpoint } from './endpoint.entity';
import { switchedOff } from './endpoint-input';
import { type DeliveryFilter, deliveriesWhere } from './find';

type Needs = Pick<DeliveryDeps, 'dataSource' | 'log' | 'pool'>;

export interface ResendDeliveriesInput {
  /** Exactly one of the two. */
  readonly select: { readonly ids?: readonly string[] | null; readonly filter?: DeliveryFilter | null };
  /** True: only counts. */
  readonly dryRun: boolean;
}

export interface Resent {
  readonly matched: number;
  /** Put in the queue by this call; those that wait in it already are not, nor those whose user was erased. */
  readonly queued: number;
}

const IDS_MAX = 100; // As many as a page of the list has.
// One statement of some seconds. What is left is queued by the next call, which finds these in the queue.
const QUEUED_MAX = 10_000;

// Locked by id, as whoever finishes attempts does; of endpoints that are there, as whatever is put into the queue.
const QUEUE_AGAIN = `
  with there as (select id from webhook_endpoints where deleted_at is null order by id for share)
  update deliveries set status = 'pending', step = 0, due_at = instant()
  where endpoint_id in (select id from there)
    and id in (select id from deliveries where id = any($1) and status <> 'pending' and body <> $2 order by id for no key update)`;

/**
 * Sends deliveries again, with the same id, so that a receiver which has one already drops it. At most 10,000 by one call,
 * the oldest first; calling again goes on where the last one ended, and queues nothing twice.
 * @throws Problem INVALID_INPUT, INVALID_STATE when an endpoint that was named, by itself or by a delivery, is switched off.
 */
export async function resendDeliveries(
  deps: Needs,
  caller: Caller,
  { select, dryRun }: ResendDeliveriesInput,
): Promise<Resent> {
  const matched = await selected(deps, select).getCount();
  const isNamed = !select.filter || typeof select.filter.endpointId === 'string';
  if (isNamed && (await selected(deps, select).andWhere('not endpoint.enabled').getExists()))
    throw switchedOff();
  if (dryRun || matched === 0) return { matched, queued: 0 };
  const found = await selected(deps, select)
    .andWhere("delivery.status <> 'pending' and endpoint.enabled and delivery.body <> :erased", {
      erased: ERASED_BODY,
    })
    .select('delivery.id', 'id')
    .orderBy('delivery.createdAt')
    .addOrderBy('delivery.id')
    .limit(QUEUED_MAX)
    .getRawMany<{ id: string }>();
  const resent = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rowCount } = await client.query(QUEUE_AGAIN, [found.map(({ id }) => id), ERASED_BODY]);
      return { matched, queued: rowCount ?? 0 };
    },
    (did) => ({
      action: 'resendDeliveries',
      targetId: select.ids?.length === 1 ? select.ids[0] : null,
      diff: did,
    }),
  );
  deps.log.info('deliveries.resent', { ...resent, actor: caller.id });
  return resent;
}

function selected(deps: Needs, select: ResendDeliveriesInput['select']): SelectQueryBuilder<Delivery> {
  const { ids, filter } = select;
  if ((ids ? 1 : 0) + (filter ? 1 : 0) !== 1) throw invalidInput('Give ids or a filter.', 'select');
  if (ids && ids.length > IDS_MAX) throw invalidInput(`Give at most ${IDS_MAX} ids.`, 'select', 'ids');
  const query = deliveriesWhere(deps, filter ?? {});
  if (ids) query.andWhere('delivery.id = any(:ids)', { ids: ids.map((id) => id.replaceAll('\0', '')) });
  const itsOwn = 'endpoint.id = delivery.endpointId and endpoint.deletedAt is null';
  return query.innerJoin(WebhookEndpoint, 'endpoint', itsOwn);
}
