// What the Stripe adapter sends to find, capture and refund, and what it believes, over the real SDK and a real socket.
import {
  type Answer,
  fixture,
  json,
  keyed,
  OUR_INTENT_ID,
  raw,
  type Server,
  soon,
  startServer,
  stripeAt,
} from '../wire';

const ID = 'pi_3Test0000000000000000001';
const objectOf = (event: string) => fixture(`stripe/events/${event}.json`).data.object;
const succeeded = { ...objectOf('payment_intent.succeeded'), metadata: { intent_id: OUR_INTENT_ID } };
const charge = objectOf('charge.succeeded');
const refund = { ...objectOf('refund.created'), metadata: { refund_id: 'ref_1' } };
const list = (data: object[], has_more = false) =>
  json(200, { object: 'list', url: '/v1/x', data, has_more });

let server: Server;
let answers: Record<string, Answer | ((query: URLSearchParams) => Answer)>;

beforeEach(async () => {
  answers = {};
  server = await startServer(({ method, path }) => {
    const url = new URL(path, 'http://stripe');
    const answer = answers[`${method} ${url.pathname}`] ?? raw(500, `No answer for ${path}`);
    return typeof answer === 'function' ? answer(url.searchParams) : answer;
  });
});
afterEach(() => server.close());

const sent = (at = 0) => Object.fromEntries(new URLSearchParams(server.seen[at]?.body));
const amount = { amountMinor: 500n, currency: 'USD' };
const refundRequest = {
  providerIntentId: ID,
  providerPaymentId: charge.id,
  amount,
  ourRefundId: 'ref_1',
  reason: 'fraudulent',
};

describe('findIntent', () => {
  const window = { ourIntentId: OUR_INTENT_ID, createdAfter: 1_000, createdBefore: 2_000 };
  const stranger = (id: string) => ({ id, metadata: { intent_id: 'int_other' }, amount: null });

  test('an intent is found by our id in its metadata, on a later page, and read whole', async () => {
    answers = {
      'GET /v1/payment_intents': (query) =>
        query.get('starting_after') === 'pi_new'
          ? list([{ id: 'pi_bare', metadata: null }, succeeded], true)
          : list([stranger('pi_newest'), stranger('pi_new')], true),
      [`GET /v1/payment_intents/${ID}`]: json(200, succeeded),
      'GET /v1/charges': list([charge]),
    };

    const outcome = await stripeAt(server.url).findIntent(window, soon);

    expect(outcome).toMatchObject({ kind: 'ok', value: { providerIntentId: ID, status: 'succeeded' } });
    expect(server.seen).toHaveLength(4);
    const query = new URL(server.seen[0]?.path ?? '', 'http://x').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      'created[gte]': '1000',
      'created[lte]': '2000',
      limit: '100',
    });
  });

  test('when every page is read and none has our id there is none', async () => {
    answers = { 'GET /v1/payment_intents': list([stranger('pi_other')]) };

    expect(await stripeAt(server.url).findIntent(window, soon)).toEqual({ kind: 'ok', value: null });
  });

  test('a list without an end is given up, not called empty', async () => {
    answers = { 'GET /v1/payment_intents': list([stranger('pi_other')], true) };

    expect(await stripeAt(server.url).findIntent(window, soon)).toMatchObject({ kind: 'unknown' });
    expect(server.seen).toHaveLength(100);
  });

  test('an empty page that claims to have a next one is not believed', async () => {
    answers = { 'GET /v1/payment_intents': list([], true) };

    expect(await stripeAt(server.url).findIntent(window, soon)).toMatchObject({ reason: 'bad_response' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('capturePayment', () => {
  const request = { providerIntentId: ID, providerPaymentId: charge.id, amount };
  const refused = fixture('stripe/errors/cancel_succeeded_intent.json');

  test('the intent is captured under our key and read whole', async () => {
    answers = {
      [`POST /v1/payment_intents/${ID}/capture`]: json(200, succeeded),
      'GET /v1/charges': list([charge]),
    };

    const outcome = await stripeAt(server.url).capturePayment(request, keyed);

    expect(outcome).toMatchObject({ kind: 'ok', value: { status: 'succeeded', payments: [{}] } });
    expect(sent()).toEqual({ amount_to_capture: '500' });
    expect(server.seen[0]?.headers['idempotency-key']).toBe(keyed.idempotencyKey);
  });

  test('to capture what is captured already is done', async () => {
    answers = {
      [`POST /v1/payment_intents/${ID}/capture`]: json(400, refused.body),
      [`GET /v1/payment_intents/${ID}`]: json(200, succeeded),
      'GET /v1/charges': list([charge]),
    };

    expect(await stripeAt(server.url).capturePayment(request, keyed)).toMatchObject({
      kind: 'ok',
      value: { status: 'succeeded' },
    });
  });

  test('to capture what is canceled is a conflict', async () => {
    const canceled = { ...objectOf('payment_intent.canceled'), latest_charge: null };
    answers = {
      [`POST /v1/payment_intents/${ID}/capture`]: json(400, refused.body),
      [`GET /v1/payment_intents/${ID}`]: json(200, canceled),
    };

    expect(await stripeAt(server.url).capturePayment(request, keyed)).toMatchObject({ kind: 'conflict' });
  });

  test('a capture whose object cannot be read is not called done', async () => {
    answers = { [`POST /v1/payment_intents/${ID}/capture`]: json(200, succeeded) };

    expect(await stripeAt(server.url).capturePayment(request, keyed)).toMatchObject({ kind: 'unknown' });
  });

  test('another intent than the one captured is not believed', async () => {
    answers = { 'POST /v1/payment_intents/pi_mine/capture': json(200, succeeded) };

    expect(
      await stripeAt(server.url).capturePayment({ ...request, providerIntentId: 'pi_mine' }, keyed),
    ).toMatchObject({ reason: 'bad_response' });
  });
});

describe('createRefund', () => {
  test('a refund goes to the charge, with our id, under our key, and blocks nobody by its reason', async () => {
    answers = { 'POST /v1/refunds': json(200, refund) };

    const outcome = await stripeAt(server.url).createRefund(refundRequest, keyed);

    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        providerRefundId: refund.id,
        ourRefundId: 'ref_1',
        providerPaymentId: charge.id,
        amount,
        status: 'succeeded',
      },
    });
    expect(sent()).toEqual({
      charge: charge.id,
      amount: '500',
      'metadata[refund_id]': 'ref_1',
      'metadata[reason]': 'fraudulent',
    });
    expect(server.seen[0]?.headers['idempotency-key']).toBe(keyed.idempotencyKey);
  });

  test('a refund of a fraud says so in the field that Stripe heeds, and only then', async () => {
    answers = { 'POST /v1/refunds': json(200, refund) };
    const stolen = { ...refundRequest, reason: 'Stolen card' };

    await stripeAt(server.url).createRefund({ ...stolen, isFraudulent: true }, keyed);
    expect(sent()).toMatchObject({ reason: 'fraudulent', 'metadata[reason]': 'Stolen card' });

    await stripeAt(server.url).createRefund({ ...stolen, isFraudulent: false }, keyed);
    expect(sent(1)).not.toHaveProperty('reason');
  });

  test('a payment that is no charge is refunded through its intent', async () => {
    answers = { 'POST /v1/refunds': json(200, refund) };

    const outcome = await stripeAt(server.url).createRefund(
      { ...refundRequest, providerPaymentId: ID },
      keyed,
    );

    expect(outcome).toMatchObject({ kind: 'ok', value: { providerPaymentId: charge.id } });
    expect(sent()).toMatchObject({ payment_intent: ID });
    expect(sent()).not.toHaveProperty('charge');
  });

  test('the same request is the same bytes, with a reason as long as Stripe takes', async () => {
    answers = { 'POST /v1/refunds': json(200, refund) };
    const request = { ...refundRequest, reason: '🧾'.repeat(501) };

    await stripeAt(server.url).createRefund(request, keyed);
    await stripeAt(server.url).createRefund(request, keyed);

    expect(server.seen[1]?.body).toBe(server.seen[0]?.body);
    expect(sent()['metadata[reason]']).toBe('🧾'.repeat(500));
  });

  test.each<[string, object]>([
    ['made for another', { ...refund, metadata: { refund_id: 'ref_other' } }],
    ['without an id of ours', { ...refund, metadata: {} }],
    ['of another charge', { ...refund, charge: 'ch_other' }],
    ['of no charge', { ...refund, charge: null }],
    ['of an amount that is not whole', { ...refund, amount: 5.5 }],
  ])('a refund %s is no answer', async (_name, answer) => {
    answers = { 'POST /v1/refunds': json(200, answer) };

    expect(await stripeAt(server.url).createRefund(refundRequest, keyed)).toEqual({
      kind: 'unknown',
      reason: 'bad_response',
    });
  });
});

describe('getRefund', () => {
  test.each([
    ['refund.created.pending', 'pending'],
    ['refund.updated.succeeded', 'succeeded'],
    ['refund.failed', 'failed'],
  ])('%s reads as %s', async (event, status) => {
    const object = objectOf(event);
    answers = { [`GET /v1/refunds/${object.id}`]: json(200, object) };

    expect(await stripeAt(server.url).getRefund(object.id, object.charge, soon)).toMatchObject({
      kind: 'ok',
      value: { providerRefundId: object.id, status },
    });
  });

  test('another refund, and one of another charge, are not believed', async () => {
    answers = {
      'GET /v1/refunds/re_mine': json(200, refund),
      [`GET /v1/refunds/${refund.id}`]: json(200, refund),
    };
    const stripe = stripeAt(server.url);

    expect(await stripe.getRefund('re_mine', null, soon)).toMatchObject({ reason: 'bad_response' });
    expect(await stripe.getRefund(refund.id, 'ch_other', soon)).toMatchObject({ reason: 'bad_response' });
    expect(await stripe.getRefund(refund.id, null, soon)).toMatchObject({ kind: 'ok' });
  });
});
