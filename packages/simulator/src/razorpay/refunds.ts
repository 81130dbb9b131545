// Refunds of a payment: make and read. A refund is processed at once here; the bank may still send it
// back, see money-back.ts.
import type { Decision } from '../decide';
import { derivedId, hash } from '../ids';
import { type Family, member } from '../objects';
import type { Route } from '../route';
import type { Store } from '../store';
import { type Call, jsonResponse, type SimulatorResponse } from '../wire';
import { invalidInput, keyMismatch, noSuchId } from './errors';
import { razorpayEvent } from './events';
import {
  collection,
  notesOf,
  onlyKnown,
  optionalInteger,
  optionalText,
  paging,
  requiredAmount,
} from './parameters';
import { paymentOf } from './payments';
import { newRefund, type Payment, type Refund } from './shapes';

export const refundRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/payments/:id/refund', handle: create },
  {
    method: 'GET',
    path: '/v1/refunds',
    async handle(store, { parameters }) {
      onlyKnown(parameters, ['count', 'from', 'skip', 'to']);
      const found = await store.list({
        provider: 'razorpay',
        kind: 'refund',
        from: optionalInteger(parameters, 'from') ?? undefined,
        until: optionalInteger(parameters, 'to') ?? undefined,
        ...paging(parameters),
      });
      return jsonResponse(200, collection(found.map((object) => object.body as Refund)));
    },
  },
  {
    method: 'GET',
    path: '/v1/refunds/:id',
    async handle(store, call) {
      const refund = member<Refund>(await store.readFamily(call.id), 'refund', call.id);
      if (!refund) throw noSuchId();
      return jsonResponse(200, refund.body);
    },
  },
];

// razorpay.com/docs/api/refunds: at least ten of these characters.
const KEY = /^[A-Za-z0-9_-]{10,}$/;

async function create(store: Store, call: Call): Promise<SimulatorResponse> {
  onlyKnown(call.parameters, ['amount', 'notes', 'receipt', 'speed']);
  if ((call.parameters['speed'] ?? 'normal') !== 'normal')
    throw invalidInput('Only refunds at normal speed are simulated.', 'speed');
  const key = call.headers['x-refund-idempotency'];
  if (key !== undefined && !KEY.test(key)) throw invalidInput('The idempotency key is not valid.');
  const fingerprint = hash(`${call.path} ${JSON.stringify(call.parameters)}`);
  const refundId = derivedId('rfnd_mock', store.seedOf(key ?? null));
  return store.decide<SimulatorResponse>({
    id: call.id,
    decide: (family) => refund(call, family, refundId, store.account.holdsRefunds),
    key:
      key === undefined
        ? null
        : {
            name: `razorpay refund:${key}`,
            fingerprint,
            replay: (kept) =>
              kept.fingerprint === fingerprint
                ? {
                    status: kept.status,
                    headers: { 'content-type': 'application/json; charset=utf-8' },
                    body: kept.body,
                  }
                : keyMismatch(),
          },
  });
}

function refund(call: Call, family: Family, refundId: string, isHeld: boolean): Decision<SimulatorResponse> {
  const payment = paymentOf(family, call.id);
  const before = payment.body;
  if (before.status === 'refunded') throw invalidInput('The payment has been fully refunded already');
  if (before.status !== 'captured')
    throw invalidInput('The payment status should be captured for action to be taken');
  const left = before.amount - before.amount_refunded;
  const isWhole = call.parameters['amount'] === undefined || call.parameters['amount'] === null;
  const amount = isWhole ? left : requiredAmount(call.parameters, before.currency);
  if (amount > left)
    throw invalidInput('The total refund amount is greater than the refund payment amount', 'amount');
  const created = Math.floor(family.nowMs / 1000);
  const receipt = optionalText(call.parameters, 'receipt', 40);
  const made = newRefund({ id: refundId, amount, notes: notesOf(call.parameters), receipt, created }, before);
  const body: Refund = isHeld ? { ...made, status: 'pending' } : made;
  const refunded: Payment = {
    ...before,
    amount_refunded: before.amount_refunded + amount,
    refund_status: amount === left ? 'full' : 'partial',
    status: amount === left ? 'refunded' : 'captured',
  };
  const subjects = { refund: body, payment: refunded };
  const response = jsonResponse(200, body);
  const told = isHeld ? (['refund.created'] as const) : (['refund.created', 'refund.processed'] as const);
  return {
    result: response,
    keep: { status: response.status, body: response.body },
    change: {
      objects: [
        { ...payment, body: refunded },
        { ...payment, id: refundId, kind: 'refund', version: 0, created, body },
      ],
      events: told.map((type) => razorpayEvent(refundId, type, subjects, family.nowMs)),
    },
  };
}
