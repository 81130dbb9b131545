// /v1/charges: read one, list those of an intent.
import { type Family, member, ofKind, rootOf } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { noSuchObject } from './errors';
import { expansions, onlyKnown, paging, requiredText } from './parameters';
import type { Charge, PaymentIntent, Refund } from './shapes';

export const chargeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/charges',
    async handle(store, call) {
      onlyKnown(call.parameters, ['payment_intent', 'limit', 'starting_after', 'expand']);
      const expand = expansions(call, ['data.refunds', 'data.payment_intent']);
      const family = await store.readFamily(requiredText(call.parameters, 'payment_intent'));
      const charges = [...ofKind<Charge>(family, 'charge')].reverse().map((charge) => charge.body);
      const { page, hasMore } = pageOf(charges, paging(call.parameters));
      const intent = expand.has('data.payment_intent') && rootOf<PaymentIntent>(family)?.body;
      const data = page.map((charge) => ({
        ...(expand.has('data.refunds') ? expanded(family, charge) : charge),
        ...(intent ? { payment_intent: intent } : {}),
      }));
      return jsonResponse(200, { object: 'list', data, has_more: hasMore, url: call.path });
    },
  },
  {
    method: 'GET',
    path: '/v1/charges/:id',
    async handle(store, call) {
      onlyKnown(call.parameters, ['expand']);
      const withRefunds = expansions(call, ['refunds']).has('refunds');
      const family = await store.readFamily(call.id);
      const charge = member<Charge>(family, 'charge', call.id)?.body;
      if (!charge) throw noSuchObject('charge', call.id, 'id');
      return jsonResponse(200, withRefunds ? expanded(family, charge) : charge);
    },
  },
];

/** The part of a list, newest first, that the caller asked for. */
export function pageOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  { limit, after }: { limit: number; after: string | undefined },
): { page: readonly Item[]; hasMore: boolean } {
  const start = after === undefined ? 0 : items.findIndex((item) => item.id === after) + 1;
  return { page: items.slice(start, start + limit), hasMore: items.length > start + limit };
}

// Since API version 2022-11-15 a charge shows its refunds only on demand.
function expanded(family: Family, charge: Charge): object {
  const refunds = [...ofKind<Refund>(family, 'refund')]
    .reverse()
    .map((refund) => refund.body)
    .filter((refund) => refund.charge === charge.id);
  const { page, hasMore } = pageOf(refunds, { limit: 10, after: undefined });
  const url = `/v1/charges/${charge.id}/refunds`;
  return { ...charge, refunds: { object: 'list', data: page, has_more: hasMore, url } };
}
