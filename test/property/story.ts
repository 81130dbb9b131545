// One payment's story as each provider tells it: what its API answers at each stage, and the five webhook events about
// it. Everything is served at the wire, so that the real SDKs and adapters read it.
import { createHmac } from 'node:crypto';
import Stripe from 'stripe';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { ProviderName, WebhookHeaders } from '../../src/providers/provider';
import type { WireRequest, WireResponse } from '../../src/providers/transport';

/** created, a declined try, the next try under way, paid, partly refunded. */
export const LAST_STAGE = 4;

export interface Letter {
  readonly body: Buffer;
  readonly headers: WebhookHeaders;
}

export interface Story {
  /** Answers a request about the object as it stands at `stage`. */
  answer(request: WireRequest, objectId: string, stage: number): unknown;
  /** The five events, signed, in the order in which they happened. */
  letters(objectId: string, intentId: string): Letter[];
  readonly objectPrefix: string;
}

const PAID = 5000;
const REFUNDED = 1000;
const CREATED = 1_790_000_000;

export const json = (body: unknown): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The object's id ends with ours. */
const intentIdIn = (objectId: string) => objectId.slice(objectId.indexOf('int_'));

// Stripe

const charge = (objectId: string, nth: number, stage: number) => {
  const isPaid = nth === 2 && stage >= 3;
  const refunds =
    isPaid && stage >= 4
      ? [
          {
            id: `re_${objectId}`,
            object: 'refund',
            amount: REFUNDED,
            currency: 'inr',
            charge: `ch_${nth}_${objectId}`,
            payment_intent: objectId,
            status: 'succeeded',
            created: CREATED + 60,
          },
        ]
      : [];
  return {
    id: `ch_${nth}_${objectId}`,
    object: 'charge',
    amount: PAID,
    amount_captured: isPaid ? PAID : 0,
    amount_refunded: refunds.length * REFUNDED,
    currency: 'inr',
    captured: isPaid,
    paid: isPaid,
    created: CREATED + nth,
    status: isPaid ? 'succeeded' : nth === 1 ? 'failed' : 'pending',
    failure_code: nth === 1 ? 'card_declined' : null,
    failure_message: nth === 1 ? 'Your card was declined.' : null,
    outcome:
      nth === 1
        ? { type: 'issuer_declined', reason: 'generic_decline', network_status: 'declined_by_network' }
        : null,
    payment_intent: objectId,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
    refunded: false,
    refunds: { object: 'list', data: refunds, has_more: false, url: '/v1/refunds' },
  };
};

const charges = (objectId: string, stage: number) =>
  [1, 2]
    .filter((nth) => stage >= nth)
    .map((nth) => charge(objectId, nth, stage))
    .reverse();

const STRIPE_STATUS = [
  'requires_payment_method',
  'requires_payment_method',
  'processing',
  'succeeded',
  'succeeded',
];

const paymentIntent = (objectId: string, intentId: string, stage: number) => ({
  id: objectId,
  object: 'payment_intent',
  amount: PAID,
  amount_received: stage >= 3 ? PAID : 0,
  currency: 'inr',
  client_secret: `${objectId}_secret_x`,
  created: CREATED,
  latest_charge: charges(objectId, stage)[0]?.id ?? null,
  last_payment_error:
    stage === 1
      ? {
          type: 'card_error',
          code: 'card_declined',
          decline_code: 'generic_decline',
          message: 'Your card was declined.',
          charge: `ch_1_${objectId}`,
        }
      : null,
  livemode: false,
  metadata: { intent_id: intentId },
  status: STRIPE_STATUS[stage],
});

const stripeStory: Story = {
  objectPrefix: 'pi_story_',
  answer: (request, objectId, stage) =>
    request.path.startsWith('/v1/charges')
      ? { object: 'list', data: charges(objectId, stage), has_more: false, url: '/v1/charges' }
      : paymentIntent(objectId, intentIdIn(objectId), stage),
  letters: (objectId, intentId) =>
    [
      ['payment_intent.created', paymentIntent(objectId, intentId, 0)],
      ['payment_intent.payment_failed', paymentIntent(objectId, intentId, 1)],
      ['payment_intent.processing', paymentIntent(objectId, intentId, 2)],
      ['payment_intent.succeeded', paymentIntent(objectId, intentId, 3)],
      ['charge.refunded', charge(objectId, 2, 4)],
    ].map(([type, object], at) => {
      const body = JSON.stringify({
        id: `evt_${at}_${objectId}`,
        object: 'event',
        api_version: '2026-10-28.endive',
        created: CREATED + at,
        livemode: false,
        type,
        data: { object },
      });
      const signature = Stripe.webhooks.generateTestHeaderString({
        payload: body,
        secret: MOCK_WEBHOOK_SECRETS.stripe,
      });
      return { body: Buffer.from(body), headers: { 'stripe-signature': signature } };
    }),
};

// Razorpay

const RAZORPAY_STATUS = ['created', 'failed', 'authorized', 'captured', 'captured'];

const payment = (objectId: string, nth: number, stage: number) => ({
  id: `pay_${nth}_${objectId}`,
  entity: 'payment',
  amount: PAID,
  currency: 'INR',
  status: nth === 1 ? 'failed' : RAZORPAY_STATUS[stage],
  order_id: objectId,
  method: 'upi',
  amount_refunded: nth === 2 && stage >= 4 ? REFUNDED : 0,
  refund_status: nth === 2 && stage >= 4 ? 'partial' : null,
  captured: nth === 2 && stage >= 3,
  vpa: 'success@razorpay',
  error_code: nth === 1 ? 'BAD_REQUEST_ERROR' : null,
  error_description: nth === 1 ? 'Payment failed' : null,
  error_reason: nth === 1 ? 'payment_failed' : null,
  created_at: CREATED + nth,
});

const payments = (objectId: string, stage: number) =>
  [1, 2]
    .filter((nth) => stage >= nth)
    .map((nth) => payment(objectId, nth, stage))
    .reverse();

const order = (objectId: string, intentId: string, stage: number) => ({
  id: objectId,
  entity: 'order',
  amount: PAID,
  amount_paid: stage >= 3 ? PAID : 0,
  amount_due: stage >= 3 ? 0 : PAID,
  currency: 'INR',
  receipt: intentId,
  status: stage >= 3 ? 'paid' : stage >= 1 ? 'attempted' : 'created',
  attempts: Math.min(stage, 2),
  notes: { intent_id: intentId },
  created_at: CREATED,
});

const razorpayStory: Story = {
  objectPrefix: 'order_story_',
  answer: (request, objectId, stage) => {
    if (request.path.includes('/refunds'))
      return {
        entity: 'collection',
        count: 1,
        items: [
          {
            id: `rfnd_${objectId}`,
            entity: 'refund',
            amount: REFUNDED,
            currency: 'INR',
            payment_id: `pay_2_${objectId}`,
            status: 'processed',
            created_at: CREATED + 60,
          },
        ],
      };
    if (request.path.includes('/payments'))
      return {
        entity: 'collection',
        count: payments(objectId, stage).length,
        items: payments(objectId, stage),
      };
    return order(objectId, intentIdIn(objectId), stage);
  },
  letters: (objectId, intentId) =>
    [
      ['payment.failed', { payment: { entity: payment(objectId, 1, 1) } }],
      ['payment.authorized', { payment: { entity: payment(objectId, 2, 2) } }],
      ['payment.captured', { payment: { entity: payment(objectId, 2, 3) } }],
      [
        'order.paid',
        { order: { entity: order(objectId, intentId, 3) }, payment: { entity: payment(objectId, 2, 3) } },
      ],
      ['payment.captured', { payment: { entity: payment(objectId, 2, 4) } }],
    ].map(([event, payload], at) => {
      const body = Buffer.from(
        JSON.stringify({
          entity: 'event',
          account_id: 'acc_story',
          event,
          contains: Object.keys(payload as object),
          payload,
          created_at: CREATED + at,
        }),
      );
      const signature = createHmac('sha256', MOCK_WEBHOOK_SECRETS.razorpay).update(body).digest('hex');
      return {
        body,
        headers: { 'x-razorpay-signature': signature, 'x-razorpay-event-id': `ev_${at}_${objectId}` },
      };
    }),
};

export const STORIES: Readonly<Record<ProviderName, Story>> = {
  stripe: stripeStory,
  razorpay: razorpayStory,
};
