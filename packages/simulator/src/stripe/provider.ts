import type { SimulatedProvider, WebhookForm } from '../provider';
import { answerStripe, stripeHeaders } from './api';
import { stripePerformer } from './effects';
import { tooMany } from './errors';
import { ASKED_FOR, EVENT_TYPES } from './event-types';
import { key } from './keys';
import { payoutNews } from './paid-out';

const webhooks: WebhookForm = {
  secretVariable: 'STRIPE_WEBHOOK_SECRET',
  secretDefault: 'whsec_simulator',
  askedFor: ASKED_FOR,
  types: EVENT_TYPES,
  // Time and body are signed, so that each delivery is signed anew (docs.stripe.com/webhooks/signatures).
  headersOf({ body }, sign, nowMs) {
    const time = Math.floor(nowMs / 1000);
    return { 'user-agent': 'Stripe/1.0', 'stripe-signature': `t=${time},v1=${sign(`${time}.${body}`)}` };
  },
};

export const stripe: SimulatedProvider = {
  title: 'Stripe',
  key,
  webhooks,
  playable: { pi: 'a payment intent', po: 'a payout' },
  performer: stripePerformer,
  addressVariable: 'STRIPE_API_BASE',
  // The first of the list: what no other one claims is for it.
  claims: () => false,
  answer: answerStripe,
  tooMany,
  headersOf: stripeHeaders,
  payoutNews,
};
