import type { Descriptor } from '../descriptor';
import { CAPABILITIES } from './capabilities';
import { createStripeProvider } from './client';
import { STRIPE_TERMS } from './currencies';
import { keys } from './keys';
import { localWebhooks } from './local-webhooks';

const JS = ['https://js.stripe.com', 'https://*.js.stripe.com'];

export const stripe: Descriptor = {
  title: 'Stripe',
  keys,
  capabilities: CAPABILITIES,
  terms: STRIPE_TERMS,
  // Stripe names no least amount of a refund.
  refundMinimumMinor: 1n,
  prefers: [],
  // Its books name a payment at once, and any time can be asked for.
  books: { listedWithinSeconds: 0, sliceSeconds: 3_600 },
  // Source: docs.stripe.com/security/guide, "Content Security Policy".
  policy: {
    'script-src': JS,
    'frame-src': [...JS, 'https://hooks.stripe.com'],
    'connect-src': ['https://api.stripe.com'],
  },
  nextAction: {
    type: 'StripeConfirm',
    description: "Mount Stripe's Payment Element with these.",
    fields: {
      publishableKey: { kind: 'text', description: 'For loadStripe.' },
      clientSecret: { kind: 'text', description: 'Of the PaymentIntent, for the options of Elements.' },
      returnUrl: {
        kind: 'text or null',
        description: 'return_url of confirmPayment; null when createIntent was given none.',
      },
    },
    of: ({ settings, clientSecret, returnUrl }) =>
      clientSecret === null ? null : { publishableKey: settings.publicKey, clientSecret, returnUrl },
  },
  neverPlays: [],
  // charge.succeeded, charge.captured and charge.refunded are second news of the same, so that one lost event is no lost sale.
  webhookEvents: [
    'charge.captured',
    'charge.dispute.closed',
    'charge.dispute.created',
    'charge.dispute.funds_reinstated',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.updated',
    'charge.refunded',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
    'payment_intent.canceled',
    'payment_intent.payment_failed',
    'payment_intent.processing',
    'payment_intent.requires_action',
    'payment_intent.succeeded',
    'payout.failed',
    'payout.paid',
    'radar.early_fraud_warning.created',
    'radar.early_fraud_warning.updated',
    'refund.created',
    'refund.failed',
    'refund.updated',
    'review.closed',
    'review.opened',
  ],
  localWebhooks,
  disputePage: (id, isLive) => `https://dashboard.stripe.com/${isLive ? '' : 'test/'}disputes/${id}`,
  seedShare: 0.4,
  create: createStripeProvider,
};
