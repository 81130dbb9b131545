// From Razorpay's orders and payments to our words, without a network. The objects are the recorded ones, changed a
// field at a time.
import {
  readOrder,
  readPayments,
  readRefunds,
  toProviderIntent,
} from '../../../src/providers/razorpay/translate';
import { fixture } from '../wire';

const ORDER_ID = 'order_N8FRN5zTm5S3wx';
const recorded = fixture('razorpay/api/order_payments.success.json').items;

const collection = (items: object[]) => ({ entity: 'collection', count: items.length, items });
const order = (changes: object = {}) =>
  readOrder({
    ...fixture('razorpay/api/order_fetch.success.json'),
    id: ORDER_ID,
    amount: 100,
    amount_paid: 0,
    ...changes,
  });
const paid = { status: 'paid', amount_paid: 100 };
const payment = (changes: object = {}) => ({ ...recorded[1], id: 'pay_1', ...changes });
const payments = (...items: object[]) => readPayments(collection(items));
const refunds = (...items: object[]) =>
  readRefunds(
    collection(items.map((item) => ({ ...fixture('razorpay/api/refund_fetch.success.json'), ...item }))),
  );

test.each([
  ['created', [], 'pending'],
  ['attempted', [payment({ status: 'failed' })], 'pending'],
  ['attempted', [payment({ status: 'failed' }), payment({ id: 'pay_2', status: 'created' })], 'processing'],
  [
    'attempted',
    [payment({ status: 'created' }), payment({ id: 'pay_2', status: 'authorized' })],
    'authorized',
  ],
  ['attempted', [payment({ status: 'authorized' }), payment({ id: 'pay_2' })], 'succeeded'],
  ['attempted', [payment({ status: 'a_status_of_tomorrow' })], 'processing'],
  ['an_order_status_of_tomorrow', [], 'pending'],
])('an order %s with payments %j is %s', (status, items, ours) => {
  const translated = toProviderIntent(order({ status }), payments(...items), []);

  expect(translated).toMatchObject({ providerIntentId: ORDER_ID, status: ours, providerStatus: status });
});

test('an order is paid by the payment that was captured, after the one that failed', () => {
  const translated = toProviderIntent(order(paid), payments(recorded[1], recorded[0]), []);

  expect(translated).toMatchObject({
    status: 'succeeded',
    amount: { amountMinor: 100n, currency: 'INR' },
    failure: null,
    clientSecret: null,
  });
  expect(translated.payments).toEqual([
    {
      providerPaymentId: 'pay_N8FUmetkCE2hZP',
      status: 'declined',
      amount: { amountMinor: 100n, currency: 'INR' },
      amountRefundedMinor: 0n,
      failure: {
        code: 'BAD_REQUEST_ERROR',
        declineCode: 'payment_failed',
        message: expect.stringMatching(/^Payment was unsuccessful due to a temporary issue/),
        retryable: true,
      },
      method: { kind: 'upi', brand: null, last4: null },
      card: null,
      createdAt: 1701688684,
    },
    {
      providerPaymentId: 'pay_N8FVRD1DzYzBh1',
      status: 'captured',
      amount: { amountMinor: 100n, currency: 'INR' },
      amountRefundedMinor: 0n,
      failure: null,
      method: { kind: 'upi', brand: null, last4: null },
      card: null,
      createdAt: 1701688721,
    },
  ]);
});

test.each(['failed', 'authorized', 'created'])(
  'the field captured of a %s payment is not believed',
  (status) => {
    const translated = toProviderIntent(order(), payments(payment({ status, captured: true })), []);

    expect(translated.status).not.toBe('succeeded');
  },
);

test('the last decline is what an order that can still be paid failed by', () => {
  const translated = toProviderIntent(
    order({ status: 'attempted' }),
    payments(
      payment({ id: 'pay_2', status: 'failed', created_at: 2, error_reason: 'insufficient_funds' }),
      payment({ id: 'pay_1', status: 'failed', created_at: 1, error_reason: 'payment_cancelled' }),
    ),
    [],
  );

  expect(translated.failure).toMatchObject({ declineCode: 'insufficient_funds' });
});

test('a refunded payment of an order that took money was captured, and its refund counts', () => {
  const translated = toProviderIntent(
    order(paid),
    payments(payment({ status: 'refunded', amount_refunded: 100 })),
    refunds({ id: 'rfnd_1', payment_id: 'pay_1', amount: 100 }),
  );

  expect(translated).toMatchObject({
    status: 'succeeded',
    payments: [{ status: 'captured', amountRefundedMinor: 100n }],
    refunds: [
      {
        providerRefundId: 'rfnd_1',
        providerPaymentId: 'pay_1',
        amount: { amountMinor: 100n },
        status: 'succeeded',
      },
    ],
  });
});

test('a refunded payment of an order that took nothing is a voided authorisation', () => {
  const translated = toProviderIntent(
    order({ status: 'attempted' }),
    payments(payment({ status: 'refunded', amount_refunded: 100 })),
    refunds({ id: 'rfnd_1', payment_id: 'pay_1', amount: 100 }),
  );

  expect(translated).toMatchObject({
    status: 'pending',
    payments: [{ status: 'voided', amountRefundedMinor: 0n }],
    refunds: [],
  });
});

test.each([
  ['processed', 'succeeded'],
  ['failed', 'failed'],
  ['pending', 'pending'],
  ['created', 'pending'],
  ['tomorrow', 'pending'],
])('a refund that is %s at Razorpay is %s', (status, ours) => {
  const translated = toProviderIntent(
    order(paid),
    payments(payment({ amount_refunded: 40 })),
    refunds({ id: 'rfnd_1', payment_id: 'pay_1', amount: 40, status }),
  );

  expect(translated.refunds).toMatchObject([{ status: ours }]);
});

test('an order that was paid without a captured payment is not believed', () => {
  expect(() => toProviderIntent(order(paid), payments(payment({ status: 'created' })), [])).toThrow(
    'Paid without a captured payment',
  );
});

test('a payment of another order is not believed', () => {
  expect(() => toProviderIntent(order(), payments(payment({ order_id: 'order_other' })), [])).toThrow();
});

test('a decline for risk is final and not told', () => {
  const [failed] = toProviderIntent(
    order(),
    payments(
      payment({
        status: 'failed',
        error_code: 'BAD_REQUEST_ERROR',
        error_reason: 'payment_risk_check_failed',
        error_description: 'Your bank cited the payment as fraudulent.',
      }),
    ),
    [],
  ).payments;

  expect(failed?.failure).toEqual({
    code: 'BAD_REQUEST_ERROR',
    declineCode: 'generic_decline',
    message: 'The payment was declined.',
    retryable: false,
  });
});

test.each([
  ['card', { kind: 'card', brand: null, last4: null }],
  ['netbanking', { kind: 'netbanking', brand: 'ICIC', last4: null }],
  ['pay_later', { kind: 'paylater', brand: 'rzpx_postpaid', last4: null }],
  ['wallet', { kind: 'wallet', brand: 'airtelmoney', last4: null }],
])('the recorded payment by %s names its method', (name, method) => {
  const item = { ...fixture(`razorpay/api/payment_fetch.${name}.json`), order_id: ORDER_ID };

  expect(toProviderIntent(order(paid), payments(item), []).payments[0]?.method).toEqual(method);
});

test('a payment that carries its card names brand and last four digits', () => {
  const { card, method } = fixture('razorpay/api/payment_entity.failed.json');

  const [shown] = toProviderIntent(
    order(),
    payments(payment({ status: 'failed', method, card })),
    [],
  ).payments;

  expect(shown?.method).toEqual({ kind: 'card', brand: 'visa', last4: '0153' });
});

test.each([
  ['its notes', { notes: { intent_id: 'int_1' }, receipt: 'r' }, 'int_1'],
  ['its receipt, when the notes are empty', { notes: [], receipt: 'int_2' }, 'int_2'],
  ['nothing', { notes: [], receipt: null }, null],
])('an order tells our id by %s', (_name, changes, ourIntentId) => {
  expect(toProviderIntent(order(changes), [], []).ourIntentId).toBe(ourIntentId);
});

test.each([12.5, -1, 2 ** 53, '100', null])('an amount of %p is refused', (amount) => {
  expect(() => order({ amount })).toThrow();
  expect(() => payments(payment({ amount }))).toThrow();
});
