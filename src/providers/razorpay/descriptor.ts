import type { Descriptor } from '../descriptor';
import { CAPABILITIES } from './capabilities';
import { createRazorpayProvider } from './client';
import { RAZORPAY_REFUND_MINIMUM_MINOR, RAZORPAY_TERMS } from './currencies';
import { keys } from './keys';
import { localWebhooks } from './local-webhooks';

export const razorpay: Descriptor = {
  title: 'Razorpay',
  keys,
  capabilities: CAPABILITIES,
  terms: RAZORPAY_TERMS,
  refundMinimumMinor: RAZORPAY_REFUND_MINIMUM_MINOR,
  // It serves UPI and netbanking, which is how India pays.
  prefers: ['INR'],
  // Its report has only what was settled, two working days later, more over holidays. It files by the day, so that smaller
  // steps would read each day several times.
  books: { listedWithinSeconds: 7 * 86_400, sliceSeconds: 86_400 },
  // Its risk check is a script of its own, without which payments are refused more often. Source: Razorpay's own list for
  // shops, razorpay/razorpay-magento etc/csp_whitelist.xml.
  policy: {
    'script-src': ['https://checkout.razorpay.com', 'https://cdn.razorpay.com'],
    'frame-src': ['https://api.razorpay.com', 'https://checkout.razorpay.com'],
    'connect-src': [
      'https://api.razorpay.com',
      'https://lumberjack.razorpay.com',
      'https://lumberjack-metrics.razorpay.com',
    ],
    'img-src': ['https://cdn.razorpay.com'],
  },
  nextAction: {
    type: 'RazorpayCheckout',
    description: 'Open Razorpay Checkout with these, then call confirmRazorpayPayment.',
    fields: {
      keyId: { kind: 'text', description: 'The option `key`.' },
      orderId: { kind: 'text', description: 'The option `order_id`.' },
      amount: { kind: 'money', description: 'What the sheet shows; the order decides what is paid.' },
      name: { kind: 'text', description: "The shop's, as the sheet shows it." },
    },
    of: ({ settings, providerIntentId, amount, merchantName }) => ({
      keyId: settings.publicKey,
      orderId: providerIntentId,
      amount,
      name: merchantName,
    }),
  },
  // The payer authenticates inside Checkout, before a payment exists: it never asks us for an action. Of a risk or a check it says
  // nothing.
  neverPlays: ['require_action', 'succeed_elevated_risk', 'succeed_cvc_failed'],
  webhookEvents: [
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
  ],
  localWebhooks,
  // Live and test are switched in the page itself.
  disputePage: (id) => `https://dashboard.razorpay.com/app/disputes/${id}`,
  seedShare: 0.6,
  create: createRazorpayProvider,
};
