// /v1/balance_transactions: the movements of our balance, newest first, all of them or those of one payout.
import type { BalanceEntry } from '../books';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { createdRange, expansions, onlyKnown, optionalText, paging } from './parameters';

export const balanceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/balance_transactions',
    async handle(store, call) {
      onlyKnown(call.parameters, ['created', 'payout', 'limit', 'starting_after', 'expand']);
      const isWhole = expansions(call, ['data.source']).has('data.source');
      const { limit, after } = paging(call.parameters);
      // One more than asked for tells whether there is more.
      const found = await store.books.list({
        provider: 'stripe',
        ...createdRange(call.parameters),
        payoutId: optionalText(call.parameters, 'payout') ?? undefined,
        after,
        limit: limit + 1,
      });
      // A payout's own movement is listed among those that it paid out, as at Stripe.
      const data = found.slice(0, limit).map((entry) => balanceTransaction(entry, isWhole));
      return jsonResponse(200, { object: 'list', data, has_more: found.length > limit, url: call.path });
    },
  },
];

const balanceTransaction = (entry: BalanceEntry, isWhole: boolean) => ({
  id: entry.id,
  object: 'balance_transaction',
  amount: entry.amount,
  available_on: entry.created,
  balance_type: 'payments',
  created: entry.created,
  currency: entry.currency,
  description: null,
  exchange_rate: null,
  fee: entry.fee,
  fee_details:
    entry.fee === 0
      ? []
      : [
          {
            amount: entry.fee,
            application: null,
            currency: entry.currency,
            description: 'Stripe processing fees',
            type: 'stripe_fee',
          },
        ],
  net: entry.amount - entry.fee,
  reporting_category: entry.category,
  source: (isWhole && entry.sourceBody) || entry.source,
  status: entry.payoutId === null ? 'pending' : 'available',
  type: TYPES[entry.category] ?? entry.category,
});

const TYPES: Readonly<Record<string, string>> = {
  dispute: 'adjustment',
  dispute_reversal: 'adjustment',
  fee: 'stripe_fee',
  payout_reversal: 'payout_failure',
};
