// Every recorded event, signed by Stripe's own SDK and verified by us.
import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { type WebhookHeaders, WebhookRejected } from '../../../src/providers/provider';
import { createStripeProvider } from '../../../src/providers/stripe/client';
import { fixture, fixtureBytes, fixtureNames, stripeConfig } from '../wire';

const NOW_MS = 1_795_000_000_000;
const NOW = NOW_MS / 1000;
const names = fixtureNames('stripe/events');
const paid = fixtureBytes('stripe/events/payment_intent.succeeded.json');

const sign = (body: Buffer, secret = 'whsec_a', timestamp = NOW) =>
  Stripe.webhooks.generateTestHeaderString({ payload: body.toString('utf8'), secret, timestamp });

function verify(
  body: Buffer,
  signature: WebhookHeaders[string],
  webhookSecrets = ['whsec_a'],
  nowMs = NOW_MS,
) {
  const provider = createStripeProvider(stripeConfig('', { webhookSecrets }));
  return provider.verifyWebhook(body, { 'stripe-signature': signature }, nowMs);
}

function refusal(...given: Parameters<typeof verify>): string {
  try {
    verify(...given);
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
  [/^charge\.dispute\./, 'dispute'],
  [/^(payment_intent|charge)\./, 'payment'],
  [/^refund\./, 'refund'],
  [/^payout\./, 'settlement'],
];

test.each(names)('%s is believed as Stripe signed it, and names its payment intent', (name) => {
  const body = fixtureBytes(`stripe/events/${name}`);
  const recorded = JSON.parse(body.toString('utf8'));

  const event = verify(body, sign(body));

  expect(event).toEqual({
    providerEventId: recorded.id,
    type: recorded.type,
    providerIntentId: name.startsWith('payout') ? null : 'pi_3Test0000000000000000001',
    ourIntentId: null,
    gatewayId: null,
    subject: SUBJECTS.find(([pattern]) => pattern.test(name))?.[1],
    livemode: false,
  });
});

test.each(names)('%s with one bit flipped is refused', (name) => {
  const body = fixtureBytes(`stripe/events/${name}`);
  const signature = sign(body);
  for (const at of [0, Math.floor(body.length / 2), body.length - 1]) {
    const forged = Buffer.from(body);
    forged[at] = (forged[at] ?? 0) ^ 1;

    expect(refusal(forged, signature)).toBe('signature');
  }
});

test('a body written anew, or with a byte order mark, is not the body that was signed', () => {
  const again = Buffer.from(JSON.stringify(JSON.parse(paid.toString('utf8'))));

  expect(refusal(again, sign(paid))).toBe('signature');
  expect(refusal(Buffer.concat([Buffer.from('\ufeff'), paid]), sign(paid))).toBe('signature');
});

test('while a secret is rolled, the old and the new one are both good, and no third', () => {
  const secrets = ['whsec_new', 'whsec_old'];

  expect(refusal(paid, sign(paid, 'whsec_old'), secrets)).toBe('accepted');
  expect(refusal(paid, sign(paid, 'whsec_new'), secrets)).toBe('accepted');
  expect(refusal(paid, sign(paid, 'whsec_other'), secrets)).toBe('signature');
});

test('one of several signatures is enough', () => {
  const other = sign(paid, 'whsec_other').replace(/^t=\d+,/, '');

  expect(refusal(paid, `${sign(paid)},${other}`)).toBe('accepted');
  expect(refusal(paid, sign(paid).replace(',', `,${other},`))).toBe('accepted');
});

test('without a secret nothing is believed, nor what is signed with an empty one', () => {
  const emptySigned = Stripe.webhooks.generateTestHeaderString({
    payload: paid.toString('utf8'),
    secret: '',
    timestamp: NOW,
  });

  expect(refusal(paid, sign(paid), [])).toBe('signature');
  expect(refusal(paid, emptySigned, [])).toBe('signature');
  expect(refusal(paid, emptySigned, [''])).toBe('signature');
});

test.each([
  [-300, 'accepted'],
  [300, 'accepted'],
  [-301, 'stale'],
  [301, 'stale'],
  [86_400 * 365, 'stale'],
])('a signature made %i seconds from now is %s', (offset, expected) => {
  expect(refusal(paid, sign(paid, 'whsec_a', NOW + offset))).toBe(expected);
});

test('an old signature stays old whatever other time is put beside it', () => {
  const old = sign(paid, 'whsec_a', NOW - 86_400);

  expect(refusal(paid, `t=${NOW},${old}`)).toBe('signature');
  expect(refusal(paid, `${old},t=${NOW}`)).toBe('signature');
  expect(refusal(paid, old.replace(/t=\d+/, `t=${NOW}`))).toBe('signature');
});

test.each([
  ['absent', undefined],
  ['empty', ''],
  ['an empty list', []],
  ['without a time', sign(paid).replace(/t=\d+,/, '')],
  ['without a number for a time', sign(paid).replace(/t=\d+/, 't=now')],
  ['of the scheme v0', sign(paid).replace('v1=', 'v0=')],
  ['cut', sign(paid).slice(0, -2)],
  ['not in hex', sign(paid).replace(/v1=.{4}/, 'v1=zzzz')],
])('a signature that is %s is refused', (_name, signature) => {
  expect(refusal(paid, signature)).toBe('signature');
});

test('a header that a proxy has repeated is read once', () => {
  expect(refusal(paid, [sign(paid), sign(paid)])).toBe('accepted');
});

test.each([
  ['not JSON', 'so it goes'],
  ['a list', '[]'],
  ['null', 'null'],
])('a well signed body that is %s is malformed', (_name, text) => {
  const body = Buffer.from(text);

  expect(refusal(body, sign(body))).toBe('malformed');
});

test.each<[string, object, string]>([
  ['a thin event', { object: 'v2.core.event', id: 'evt_1', type: 'v1.x', related_object: {} }, 'v1.x'],
  ['an event without an object', { object: 'event', id: 'evt_1', type: 'x.y', data: {} }, 'x.y'],
  ['an event whose object has no kind', { id: 'evt_1', type: 'x.y', data: { object: { id: 'x_1' } } }, 'x.y'],
  ['an event without a word', { id: 'evt_1' }, 'unknown'],
])('%s is taken, and is about nothing of ours', (_name, event, type) => {
  expect(verify(...signedEvent(event))).toEqual({
    providerEventId: 'evt_1',
    type,
    providerIntentId: null,
    ourIntentId: null,
    gatewayId: null,
    subject: 'other',
    livemode: null,
  });
});

test('an event without an id is known by its bytes', () => {
  const [body, signature] = signedEvent({
    object: 'event',
    type: 'x',
    data: { object: { object: 'charge' } },
  });

  const { providerEventId, subject } = verify(body, signature);

  expect(providerEventId).toBe(`sha256:${createHash('sha256').update(body).digest('hex')}`);
  expect(subject).toBe('payment');
});

test('an event carries our id when its object does', () => {
  const event = fixture('stripe/events/payment_intent.created.json');
  event.data.object.metadata = { intent_id: 'int_1' };

  expect(verify(...signedEvent(event)).ourIntentId).toBe('int_1');
});

test('an expanded payment intent is as good as its id', () => {
  const event = fixture('stripe/events/charge.dispute.created.inquiry.json');
  event.data.object.payment_intent = { id: 'pi_expanded', object: 'payment_intent' };

  expect(verify(...signedEvent(event)).providerIntentId).toBe('pi_expanded');
});

test('an event about something that we do not know is passed on as other', () => {
  const event = fixture('stripe/events/payout.paid.json');
  event.data.object = { object: 'constructor', id: 'x_1', payment_intent: 42, metadata: 'none' };

  expect(verify(...signedEvent(event))).toMatchObject({
    subject: 'other',
    providerIntentId: null,
    ourIntentId: null,
  });
});
