import type { Capabilities } from '../capabilities';
import { RAZORPAY_TERMS } from './currencies';

export const CAPABILITIES: Capabilities = {
  partialRefund: true,
  nativeCancel: false,
  // Checkout asks for whatever the card's bank demands; an order has no say in it.
  canForceAuthentication: false,
  // Razorpay asks the bank about a silent payment for three days, five on other pages of its own, and an
  // authorised one is captured within five. Source: razorpay.com/docs/payments/payments/late-authorisation.
  lateSuccessWindowSeconds: 5 * 86_400,
  currencies: [...RAZORPAY_TERMS.keys()],
  // Source: razorpay.com/docs/api/orders/create, `notes`.
  metadata: { keys: 15, keyLength: 256, valueLength: 256 },
};
