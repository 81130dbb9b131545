import type { SimulatedProvider, WebhookForm } from '../provider';
import { answerRazorpay } from './api';
import { razorpayPerformer } from './effects';
import { tooMany } from './errors';
import { EVENT_TYPES } from './event-types';
import { key } from './keys';

const webhooks: WebhookForm = {
  secretVariable: 'RAZORPAY_WEBHOOK_SECRET',
  secretDefault: 'simulator',
  askedFor: EVENT_TYPES,
  types: EVENT_TYPES,
  // The body alone is signed, and the event is named in a header beside it (razorpay.com/docs/webhooks).
  headersOf: ({ id, body }, sign) => ({
    'user-agent': 'Razorpay-Webhook/v1',
    'x-razorpay-event-id': id,
    'x-razorpay-signature': sign(body),
  }),
};

export const razorpay: SimulatedProvider = {
  title: 'Razorpay',
  key,
  webhooks,
  playable: { order: 'an order' },
  performer: razorpayPerformer,
  addressVariable: 'RAZORPAY_API_BASE',
  // Stripe has /v1/refunds and /v1/disputes too; there only the way a caller proves who it is tells them apart.
  claims: ({ path, headers }) =>
    /^\/v1\/(orders|payments)(\/|$)/.test(path) || headers['authorization']?.startsWith('Basic ') === true,
  answer: answerRazorpay,
  tooMany,
  headersOf: () => ({}),
  // Its settlement is a movement in its books alone.
  payoutNews: () => [],
};
