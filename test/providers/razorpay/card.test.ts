// What a payment says of its card, from the recorded shapes and from broken ones; and what reading the card may cost.
import { readOrder, readPayments, toProviderIntent } from '../../../src/providers/razorpay/translate';
import { type Answer, fixture, json, razorpayAt, type Server, soon, startServer } from '../wire';

const ORDER_ID = 'order_N8FRN5zTm5S3wx';
const recorded = {
  ...fixture('razorpay/webhooks/payment.captured.card.json').payload.payment.entity,
  order_id: ORDER_ID,
};
const order = {
  ...fixture('razorpay/api/order_fetch.success.json'),
  id: ORDER_ID,
  status: 'paid',
  amount_paid: recorded.amount,
};
const collection = (items: object[]) => ({ entity: 'collection', count: items.length, items });
const cardOf = (changes: object) =>
  toProviderIntent(readOrder(order), readPayments(collection([{ ...recorded, ...changes }])), []).payments[0]
    ?.card;

test('the recorded payment by card tells how it is funded and that it is of the country', () => {
  expect(cardOf({ card: { ...recorded.card, type: 'prepaid', international: false } })).toEqual({
    fingerprint: null,
    country: 'IN',
    foreignTo: null,
    funding: 'prepaid',
    cvcCheck: null,
    postalCheck: null,
    riskLevel: null,
    isThreeDSecurePassed: null,
  });
});

test('of a foreign card it is known that it is not from India, and not where it is from', () => {
  expect(cardOf({ card: { ...recorded.card, international: true } })).toMatchObject({
    country: null,
    foreignTo: 'IN',
  });
  expect(cardOf({ card: null, international: true })).toMatchObject({ country: null, foreignTo: 'IN' });
});

test.each([
  ['internal', 'highest'],
  ['business', 'highest'],
  ['issuer', null],
  ['gateway', null],
  [null, null],
  [7, null],
])('a risk check that failed at %p is a risk level of %p', (error_source, riskLevel) => {
  const failed = { status: 'failed', error_source, error_reason: 'payment_risk_check_failed' };
  const payments = readPayments(collection([{ ...recorded, id: 'pay_failed', ...failed }, recorded]));

  const [told] = toProviderIntent(readOrder(order), payments, []).payments.filter(
    ({ status }) => status === 'declined',
  );

  expect(told?.card?.riskLevel ?? null).toBe(riskLevel);
  expect(told?.failure).toMatchObject({ declineCode: 'generic_decline', retryable: false });
});

test.each([
  ['text', 'visa'],
  ['a list', []],
  ['without any field', {}],
  ['of odd fields', { type: 'tomorrow', international: 'yes', network: 7, last4: null }],
])('a card that is %s says nothing', (_name, card) => {
  expect(cardOf({ card, international: undefined })).toBeNull();
});

test('a payment that is by no card has none', () => {
  expect(cardOf({ method: 'upi', card: { type: 'prepaid' } })).toBeNull();
});

let server: Server;
let ofCard: Answer;
beforeAll(async () => {
  server = await startServer(({ path }) => {
    if (path.endsWith('/card')) return ofCard;
    const { card: _, ...listed } = recorded;
    return json(200, path.endsWith('/payments') ? collection([listed]) : order);
  });
});
afterAll(() => server.close());

const read = (options = soon) => razorpayAt(server.url).getIntent(ORDER_ID, options);

test('a card that the list names by its id alone is read', async () => {
  ofCard = json(200, { ...recorded.card, type: 'prepaid' });

  expect(await read()).toMatchObject({
    value: { payments: [{ status: 'captured', card: { funding: 'prepaid' } }] },
  });
});

test.each([
  ['is refused', json(400, { error: { code: 'BAD_REQUEST_ERROR', description: 'No.' } })],
  ['is out of order', json(502, 'oops')],
  ['is reset', 'reset'],
  ['is no card', json(200, [])],
] as [string, Answer][])('the money is believed when the call for its card %s', async (_name, answer) => {
  ofCard = answer;

  expect(await read()).toMatchObject({
    kind: 'ok',
    value: { status: 'succeeded', payments: [{ status: 'captured', card: { funding: null } }] },
  });
});

test('a call for a card that is not answered takes half of the time and no money', async () => {
  ofCard = 'hang';
  const startedMs = performance.now();

  expect(await read({ timeoutMs: 1_000 })).toMatchObject({ kind: 'ok', value: { status: 'succeeded' } });
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});
