import type { Capabilities } from '../capabilities';
import { STRIPE_TERMS } from './currencies';

export const CAPABILITIES: Capabilities = {
  partialRefund: true,
  nativeCancel: true,
  canForceAuthentication: true,
  // A canceled intent takes no more money. One that we gave up on can be paid until it is canceled, and Stripe
  // goes on telling of that for three days. Source: docs.stripe.com/webhooks, "Automatic retries".
  lateSuccessWindowSeconds: 3 * 86_400,
  currencies: [...STRIPE_TERMS.keys()],
  // Source: docs.stripe.com/metadata.
  metadata: { keys: 50, keyLength: 40, valueLength: 500 },
};
