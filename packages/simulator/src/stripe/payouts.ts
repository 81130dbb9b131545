// /v1/payouts: what was paid out to the bank, newest first. Payouts are made by simulator.pay_out, see books.sql.
import { member } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { invalidParameter, noSuchObject } from './errors';
import { createdRange, onlyKnown, optionalText, paging } from './parameters';

export const payoutRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/payouts',
    async handle(store, call) {
      onlyKnown(call.parameters, ['created', 'status', 'limit', 'starting_after']);
      const { limit, after } = paging(call.parameters);
      // One more than asked for tells whether there is more.
      const found = await store.list({
        provider: 'stripe',
        kind: 'payout',
        status: statusAsked(optionalText(call.parameters, 'status')),
        ...createdRange(call.parameters),
        after,
        limit: limit + 1,
      });
      const data = found.slice(0, limit).map((payout) => payout.body);
      return jsonResponse(200, { object: 'list', data, has_more: found.length > limit, url: call.path });
    },
  },
  {
    method: 'GET',
    path: '/v1/payouts/:id',
    async handle(store, call) {
      onlyKnown(call.parameters, []);
      const found = member<object>(await store.readFamily(call.id), 'payout', call.id);
      if (!found) throw noSuchObject('payout', call.id, 'id');
      return jsonResponse(200, found.body);
    },
  },
];

const STATUSES = ['pending', 'paid', 'failed', 'canceled'];

function statusAsked(status: string | null): string | undefined {
  if (status !== null && !STATUSES.includes(status))
    throw invalidParameter('status', `Invalid status: must be one of ${STATUSES.join(', ')}`);
  return status ?? undefined;
}
