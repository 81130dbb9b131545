/** The types of webhook events that the stand-in has news of; a gateway asks for all, as docs/providers.md lists them. */
export const EVENT_TYPES = [
  'order.paid',
  'payment.authorized',
  'payment.captured',
  'payment.dispute.action_required',
  'payment.dispute.closed',
  'payment.dispute.created',
  'payment.dispute.lost',
  'payment.dispute.under_review',
  'payment.dispute.won',
  'payment.failed',
  'refund.created',
  'refund.failed',
  'refund.processed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
