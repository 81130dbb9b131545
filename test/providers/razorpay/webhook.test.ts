// Every recorded event, signed the way Razorpay signs and checked by Razorpay's own SDK beside us.
import { createHash, createHmac } from 'node:crypto';
import Razorpay from 'razorpay';
import { type WebhookHeaders, WebhookRejected } from '../../../src/providers/provider';
import { createRazorpayProvider } from '../../../src/providers/razorpay/client';
import { fixture, fixtureBytes, fixtureNames, razorpayConfig } from '../wire';

const names = fixtureNames('razorpay/webhooks');
const paid = fixtureBytes('razorpay/webhooks/order.paid.card.json');

const sign = (body: Buffer, secret = 'secret-a') => createHmac('sha256', secret).update(body).digest('hex');

function verify(body: Buffer, headers: WebhookHeaders, webhookSecrets = ['secret-a']) {
  return createRazorpayProvider(razorpayConfig('', { webhookSecrets })).verifyWebhook(body, headers, 0);
}
const verifySigned = (body: Buffer, signature: WebhookHeaders[string], webhookSecrets?: string[]) =>
  verify(body, { 'x-razorpay-signature': signature, 'x-razorpay-event-id': 'evt_1' }, webhookSecrets);

function refusal(...given: Parameters<typeof verifySigned>): string {
  try {
    verifySigned(...given);
  } catch (error) {
    if (error instanceof WebhookRejected) return error.reason;
    throw error;
  }
  return 'accepted';
}

const signedEvent = (event: object) => {
  const body = Buffer.from(JSON.stringify(event));
  return [body, sign(body)] as const;
};

const SUBJECTS: [RegExp, string][] = [
  [/^payment\.dispute\./, 'dispute'],
  [/^(payment|order)\./, 'payment'],
  [/^refund\./, 'refund'],
  [/^settlement\./, 'settlement'],
];

test.each(names)('%s is believed as Razorpay signed it, and names its order', (name) => {
  const body = fixtureBytes(`razorpay/webhooks/${name}`);
  const { event: type, payload } = JSON.parse(body.toString('utf8'));
  expect(Razorpay.validateWebhookSignature(body.toString('utf8'), sign(body), 'secret-a')).toBe(true);

  const event = verifySigned(body, sign(body));

  expect(event).toEqual({
    providerEventId: 'evt_1',
    type,
    providerIntentId: payload.payment?.entity.order_id ?? null,
    ourIntentId: name.startsWith('order.paid') ? payload.order.entity.receipt : null,
    gatewayId: null,
    subject: SUBJECTS.find(([pattern]) => pattern.test(name))?.[1],
    livemode: null,
  });
});

test.each(names)('%s with one bit flipped is refused', (name) => {
  const body = fixtureBytes(`razorpay/webhooks/${name}`);
  const signature = sign(body);
  for (const at of [0, Math.floor(body.length / 2), body.length - 1]) {
    const forged = Buffer.from(body);
    forged[at] = (forged[at] ?? 0) ^ 1;

    expect(refusal(forged, signature)).toBe('signature');
  }
});

test('after a change of secret, retries under the old one are still believed, and no third', () => {
  const secrets = ['secret-new', 'secret-old'];

  expect(refusal(paid, sign(paid, 'secret-old'), secrets)).toBe('accepted');
  expect(refusal(paid, sign(paid, 'secret-new'), secrets)).toBe('accepted');
  expect(refusal(paid, sign(paid, 'secret-other'), secrets)).toBe('signature');
});

test('without a secret nothing is believed, nor what is signed with an empty one', () => {
  expect(refusal(paid, sign(paid), [])).toBe('signature');
  expect(refusal(paid, sign(paid, ''), [])).toBe('signature');
  expect(refusal(paid, sign(paid, ''), [''])).toBe('signature');
});

test.each([
  ['absent', undefined],
  ['empty', ''],
  ['an empty list', []],
  ['cut', sign(paid).slice(0, -2)],
  ['too long', `${sign(paid)}00`],
  ['not in hex', sign(paid).replace(/^.{4}/, 'zzzz')],
])('a signature that is %s is refused', (_name, signature) => {
  expect(refusal(paid, signature)).toBe('signature');
});

test('a header that a proxy has repeated is read once', () => {
  const repeated = { 'x-razorpay-signature': [sign(paid), sign(paid)], 'x-razorpay-event-id': ['e1', 'e1'] };

  expect(verify(paid, repeated).providerEventId).toBe('e1');
});

test.each([{}, { 'x-razorpay-event-id': ' ' }])('an event without an id is known by its bytes', (headers) => {
  const event = verify(paid, { 'x-razorpay-signature': sign(paid), ...headers });

  expect(event.providerEventId).toBe(`sha256:${createHash('sha256').update(paid).digest('hex')}`);
});

test.each([
  ['not JSON', 'so it goes'],
  ['a list', '[]'],
  ['null', 'null'],
])('a well signed body that is %s is malformed', (_name, text) => {
  const body = Buffer.from(text);

  expect(refusal(body, sign(body))).toBe('malformed');
});

test.each([
  ['without a payload', { event: 'order.paid' }, 'order.paid'],
  ['with a payload that is none', { event: 'order.paid', payload: [] }, 'order.paid'],
  ['without a name', { payload: {} }, 'unknown'],
])('an event %s is taken, and is about nothing of ours', (_name, event, type) => {
  const body = Buffer.from(JSON.stringify(event));

  expect(verify(body, { 'x-razorpay-signature': sign(body), 'x-razorpay-event-id': 'e1' })).toEqual({
    providerEventId: 'e1',
    type,
    providerIntentId: null,
    ourIntentId: null,
    gatewayId: null,
    subject: 'other',
    livemode: null,
  });
});

test('an event carries our id in the notes of its order, and not in those of its payment', () => {
  const event = fixture('razorpay/webhooks/order.paid.upi.json');
  event.payload.payment.entity.notes = { intent_id: 'int_of_the_payer' };
  const byReceipt = verifySigned(...signedEvent(event)).ourIntentId;
  event.payload.order.entity.notes = { intent_id: 'int_1' };

  expect(byReceipt).toBe(event.payload.order.entity.receipt);
  expect(verifySigned(...signedEvent(event)).ourIntentId).toBe('int_1');
  event.payload.order = undefined;
  expect(verifySigned(...signedEvent(event)).ourIntentId).toBeNull();
});

test('an event about something that we do not know is passed on as other', () => {
  const event = { event: 'invoice.paid', payload: { invoice: { entity: { id: 'inv_1' } } } };

  expect(verifySigned(...signedEvent(event))).toMatchObject({ subject: 'other', providerIntentId: null });
});
