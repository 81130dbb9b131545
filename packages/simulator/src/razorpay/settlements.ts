// /v1/settlements: what was paid out, and the report of what each payout was made of, filed by the day of the payout.
import type { BalanceEntry } from '../books';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { invalidInput, noSuchId } from './errors';
import { collection, onlyKnown, optionalInteger } from './parameters';

/** The report's largest page. Source: razorpay.com/docs/api/settlements/fetch-recon. */
const COUNT_MAX = 1_000;
/** India is 5 hours and 30 minutes ahead. */
const IST_OFFSET_SECONDS = 19_800;
const DAY_SECONDS = 86_400;

export const settlementRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/settlements/recon/combined',
    async handle(store, { parameters }) {
      onlyKnown(parameters, ['year', 'month', 'day', 'count', 'skip']);
      const [year, month, day] = ['year', 'month', 'day'].map((name) => optionalInteger(parameters, name));
      if (!year || !month) throw invalidInput('The year and month fields are required.');
      const count = optionalInteger(parameters, 'count') ?? 10;
      if (count < 1 || count > COUNT_MAX)
        throw invalidInput('The count must be between 1 and 1000.', 'count');
      const from = Date.UTC(year, month - 1, day ?? 1) / 1000 - IST_OFFSET_SECONDS;
      const before = day ? from + DAY_SECONDS : Date.UTC(year, month, 1) / 1000 - IST_OFFSET_SECONDS;
      const found = await store.books.settled({
        provider: 'razorpay',
        from,
        before,
        limit: count,
        skip: optionalInteger(parameters, 'skip') ?? 0,
      });
      return jsonResponse(200, collection(found.map(line)));
    },
  },
  {
    method: 'GET',
    path: '/v1/settlements/:id',
    async handle(store, { id }) {
      const found = await store.books.find(id);
      if (found?.category !== 'settlement') throw noSuchId();
      return jsonResponse(200, {
        id: found.id,
        entity: 'settlement',
        amount: -found.amount,
        status: 'processed',
        fees: 0,
        tax: 0,
        utr: `utr_${found.id}`,
        created_at: found.created,
      });
    },
  },
];

const line = (entry: BalanceEntry) => {
  const net = entry.amount - entry.fee;
  return {
    entity_id: entry.id,
    type: entry.category,
    debit: net < 0 ? -net : 0,
    credit: net > 0 ? net : 0,
    amount: Math.abs(entry.amount),
    currency: entry.currency,
    fee: entry.fee,
    tax: 0,
    on_hold: false,
    settled: true,
    created_at: entry.created,
    settled_at: entry.settled,
    posted_at: null,
    credit_type: 'default',
    settlement_id: entry.payoutId,
    description: null,
    notes: [],
    payment_id: null,
    settlement_utr: `utr_${entry.payoutId}`,
    order_id: entry.rootId,
    order_receipt: null,
    method: entry.category === 'payment' ? 'upi' : null,
    card_network: null,
    card_issuer: null,
    card_type: null,
    dispute_id: entry.source?.startsWith('disp_') ? entry.source : null,
  };
};
