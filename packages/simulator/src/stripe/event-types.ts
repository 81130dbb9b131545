// The types of webhook events that Stripe sends an endpoint, as far as the stand-in has news of them.

/** What a gateway asks for, as docs/providers.md lists it. */
export const ASKED_FOR = [
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
] as const;

export const EVENT_TYPES = [
  ...ASKED_FOR,
  // Beside payment_intent.payment_failed, for each card that was declined.
  'charge.failed',
  // A charge that was captured asynchronously has its balance transaction now.
  'charge.updated',
  'payout.created',
  'payout.reconciliation_completed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
