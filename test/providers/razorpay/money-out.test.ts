// What the Razorpay adapter sends to find, capture and refund, and what it believes, over the real SDK and a real socket.
import { createHmac } from 'node:crypto';
import { fixture, json, keyed, OUR_INTENT_ID, raw, razorpayAt, type Server, soon } from '../wire';
import {
  type Answers,
  captured,
  collection,
  ID,
  order,
  paidOrder,
  refund,
  routesOf,
  startRazorpay,
} from './orders';

let server: Server;
let answers: Answers;

beforeEach(async () => {
  answers = {};
  server = await startRazorpay(() => answers);
});
afterEach(() => server.close());

const amount = { amountMinor: 40n, currency: 'INR' };
const ours = { ...refund, notes: { refund_id: 'ref_1' } };
const refundRequest = {
  providerIntentId: ID,
  providerPaymentId: captured.id,
  amount,
  ourRefundId: 'ref_1',
  reason: 'Changed their mind',
};

describe('findIntent', () => {
  const request = { ourIntentId: OUR_INTENT_ID, createdAfter: 1, createdBefore: 2 };

  test('an order is found by its receipt, the oldest of several, and read whole', async () => {
    answers = {
      'GET /v1/orders': collection([
        { ...order, id: 'order_later', created_at: order.created_at + 1 },
        { ...order, id: 'order_other', receipt: 'other', created_at: 1 },
        paidOrder,
      ]),
      [`GET /v1/orders/${ID}/payments`]: collection([captured]),
    };

    const outcome = await razorpayAt(server.url).findIntent(request, soon);

    expect(outcome).toMatchObject({ kind: 'ok', value: { providerIntentId: ID, status: 'succeeded' } });
    expect(new URL(server.seen[0]?.path ?? '', 'http://x').searchParams.get('receipt')).toBe(OUR_INTENT_ID);
  });

  test('when no order has the receipt there is none', async () => {
    answers = { 'GET /v1/orders': collection([]) };

    expect(await razorpayAt(server.url).findIntent(request, soon)).toEqual({ kind: 'ok', value: null });
  });
});

describe('capturePayment', () => {
  const request = { providerIntentId: ID, providerPaymentId: captured.id, amount };
  const capture = `POST /v1/payments/${captured.id}/capture`;
  const refused = json(400, {
    error: {
      code: 'BAD_REQUEST_ERROR',
      description: 'Said in words of tomorrow',
      reason: 'input_validation_failed',
    },
  });
  const reads = (payment: object, of: object = paidOrder): Answers => ({
    [`GET /v1/orders/${ID}`]: json(200, of),
    [`GET /v1/orders/${ID}/payments`]: collection([payment]),
  });

  test('the payment is captured with its currency, and its order read whole', async () => {
    answers = { ...reads(captured), [capture]: json(200, captured) };

    const outcome = await razorpayAt(server.url).capturePayment(request, keyed);

    expect(outcome).toMatchObject({ kind: 'ok', value: { providerIntentId: ID, status: 'succeeded' } });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ amount: 40, currency: 'INR' });
    expect(routesOf(server)).toEqual([capture, `GET /v1/orders/${ID}`, `GET /v1/orders/${ID}/payments`]);
  });

  test('to capture what is captured already is done, in whatever words it is refused', async () => {
    answers = { ...reads(captured), [capture]: refused };

    expect(await razorpayAt(server.url).capturePayment(request, keyed)).toMatchObject({
      kind: 'ok',
      value: { status: 'succeeded' },
    });
  });

  test('another payment of the order that is captured does not make this one captured', async () => {
    answers = { ...reads({ ...captured, id: 'pay_another' }), [capture]: refused };

    expect(await razorpayAt(server.url).capturePayment(request, keyed)).toMatchObject({ kind: 'rejected' });
  });

  test('an authorised payment whose capture is refused stays refused', async () => {
    answers = { ...reads({ ...captured, status: 'authorized' }, order), [capture]: refused };

    expect(await razorpayAt(server.url).capturePayment(request, keyed)).toMatchObject({ kind: 'rejected' });
  });

  test('nothing is captured for what is no order', async () => {
    expect(
      await razorpayAt(server.url).capturePayment({ ...request, providerIntentId: 'pi_1' }, keyed),
    ).toMatchObject({ kind: 'not_found' });
    expect(server.seen).toEqual([]);
  });

  test('another payment than the one captured is not believed', async () => {
    answers = { [capture]: json(200, { ...captured, id: 'pay_another' }) };

    expect(await razorpayAt(server.url).capturePayment(request, keyed)).toMatchObject({
      reason: 'bad_response',
    });
  });
});

describe('createRefund', () => {
  const route = `POST /v1/payments/${captured.id}/refund`;

  test('a refund is asked for with our id, under the key that the SDK would drop', async () => {
    answers = { [route]: json(200, ours) };

    const outcome = await razorpayAt(server.url).createRefund(refundRequest, {
      ...soon,
      idempotencyKey: 'ref_01kan0v3v8',
    });

    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        providerRefundId: refund.id,
        ourRefundId: 'ref_1',
        providerPaymentId: captured.id,
        amount,
        status: 'succeeded',
      },
    });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      amount: 40,
      speed: 'normal',
      receipt: 'ref_1',
      notes: { refund_id: 'ref_1', reason: 'Changed their mind' },
    });
    expect(server.seen[0]?.headers['x-refund-idempotency']).toBe('ref_01kan0v3v8');
    expect(server.seen[0]?.headers['content-type']).toBe('application/json');
  });

  test.each(['short', 'ref_01kan0v3v8:again', 'ref_01kan0v3v8 again'])(
    'a key that Razorpay would refuse, %p, is sent as its own hash, and no other call carries it',
    async (idempotencyKey) => {
      answers = { [route]: json(200, ours), [`GET /v1/refunds/${refund.id}`]: json(200, ours) };
      const razorpay = razorpayAt(server.url);

      await razorpay.createRefund(refundRequest, { ...soon, idempotencyKey });
      await razorpay.createRefund(refundRequest, { ...soon, idempotencyKey });
      await razorpay.createRefund(refundRequest, { ...soon, idempotencyKey: `${idempotencyKey}:other` });
      await razorpay.getRefund(refund.id, captured.id, soon);

      const [first, second, third, read] = server.seen.map(({ headers }) => headers['x-refund-idempotency']);
      expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(second).toBe(first);
      expect(third).not.toBe(first);
      expect(read).toBeUndefined();
      expect(server.seen[1]?.body).toBe(server.seen[0]?.body);
    },
  );

  test('two refunds at the same time keep their own keys', async () => {
    answers = { [route]: json(200, ours) };
    const razorpay = razorpayAt(server.url);
    const keys = ['ref_0000000001', 'ref_0000000002'];

    await Promise.all(
      keys.map((idempotencyKey) => razorpay.createRefund(refundRequest, { ...soon, idempotencyKey })),
    );

    expect(server.seen.map(({ headers }) => headers['x-refund-idempotency']).sort()).toEqual(keys);
  });

  test.each<[string, object]>([
    ['made for another', { ...ours, notes: { refund_id: 'ref_other' } }],
    ['without an id of ours', { ...ours, notes: [] }],
    ['of another payment', { ...ours, payment_id: 'pay_other' }],
    ['of an amount that is not whole', { ...ours, amount: 4.5 }],
  ])('a refund %s is no answer', async (_name, answer) => {
    answers = { [route]: json(200, answer) };

    expect(await razorpayAt(server.url).createRefund(refundRequest, keyed)).toEqual({
      kind: 'unknown',
      reason: 'bad_response',
    });
  });

  test('a refund of a fraud carries a note that says so', async () => {
    answers = { [route]: json(200, ours) };

    await razorpayAt(server.url).createRefund({ ...refundRequest, isFraudulent: true }, keyed);

    expect(JSON.parse(server.seen[0]?.body ?? '').notes).toMatchObject({
      refund_id: 'ref_1',
      fraudulent: 'yes',
    });
  });

  test('a reason is cut to what a note holds', async () => {
    answers = { [route]: json(200, ours) };

    await razorpayAt(server.url).createRefund({ ...refundRequest, reason: 'x'.repeat(300) }, keyed);

    expect(JSON.parse(server.seen[0]?.body ?? '').notes.reason).toBe('x'.repeat(256));
  });
});

describe('getRefund', () => {
  test.each([
    ['processed', 'succeeded'],
    ['pending', 'pending'],
    ['created', 'pending'],
    ['failed', 'failed'],
    ['tomorrow', 'pending'],
  ])('a refund that is %s reads as %s', async (status, expected) => {
    answers = { [`GET /v1/refunds/${refund.id}`]: json(200, { ...ours, status }) };

    expect(await razorpayAt(server.url).getRefund(refund.id, captured.id, soon)).toMatchObject({
      kind: 'ok',
      value: { providerRefundId: refund.id, ourRefundId: 'ref_1', status: expected },
    });
  });

  test('a refund of the dashboard carries no id of ours', async () => {
    answers = {
      'GET /v1/refunds/rfnd_FP8QHiV938haTz': json(200, fixture('razorpay/api/refund_create.success.json')),
    };

    expect(await razorpayAt(server.url).getRefund('rfnd_FP8QHiV938haTz', null, soon)).toMatchObject({
      kind: 'ok',
      value: { ourRefundId: null },
    });
  });

  test('another refund, and one of another payment, are not believed', async () => {
    answers = {
      'GET /v1/refunds/rfnd_mine': json(200, ours),
      [`GET /v1/refunds/${refund.id}`]: json(200, ours),
    };
    const razorpay = razorpayAt(server.url);

    expect(await razorpay.getRefund('rfnd_mine', null, soon)).toMatchObject({ reason: 'bad_response' });
    expect(await razorpay.getRefund(refund.id, 'pay_other', soon)).toMatchObject({ reason: 'bad_response' });
  });
});

describe('verifyProof', () => {
  const sign = (text: string, secret = 'wire-secret') =>
    createHmac('sha256', secret).update(text).digest('hex');
  const result = {
    razorpay_order_id: ID,
    razorpay_payment_id: 'pay_1',
    razorpay_signature: sign(`${ID}|pay_1`),
  };
  const verify = (changes: object, storedOrderId = ID) =>
    razorpayAt('http://127.0.0.1:1').verifyProof?.({ ...result, ...changes }, storedOrderId);

  test('what Razorpay signed for our order is believed', () => {
    expect(verify({})).toBe(true);
  });

  test.each<[string, object, string]>([
    [
      'for another order of the same account',
      { razorpay_order_id: 'order_cheap', razorpay_signature: sign('order_cheap|pay_1') },
      ID,
    ],
    ['for another order, passed off as ours', { razorpay_signature: sign('order_cheap|pay_1') }, ID],
    ['for ours, when another is stored', {}, 'order_stored'],
    ['for no order, when none is stored', { razorpay_order_id: '', razorpay_signature: sign('|pay_1') }, ''],
    ['for another payment', { razorpay_payment_id: 'pay_2' }, ID],
    ['with another secret', { razorpay_signature: sign(`${ID}|pay_1`, 'guess') }, ID],
    ['with the secret of webhooks', { razorpay_signature: sign(`${ID}|pay_1`, 'wire-webhook-secret') }, ID],
    ['in part', { razorpay_signature: sign(`${ID}|pay_1`).slice(0, 62) }, ID],
    ['by nobody', { razorpay_signature: '' }, ID],
  ])('a result signed %s is not', (_name, changes, stored) => {
    expect(verify(changes, stored)).toBe(false);
  });
});

test('a refund whose answer never came is not called failed', async () => {
  answers = { [`POST /v1/payments/${captured.id}/refund`]: raw(504, '') };

  expect(await razorpayAt(server.url).createRefund(refundRequest, keyed)).toEqual({
    kind: 'unknown',
    reason: 'server_error',
  });
});
