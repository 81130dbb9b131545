// What each provider's adapter is made with.
import type { Mode } from './config';
import { DEVELOPMENT_SECRETS } from './development-secrets';
import type { Variables } from './variables';

export interface StripeConfig {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly webhookSecrets: readonly string[];
  /** Empty: the real API, or in mock mode the simulator without a socket. */
  readonly apiBase: string;
}

export interface RazorpayConfig {
  readonly keyId: string;
  readonly keySecret: string;
  readonly webhookSecrets: readonly string[];
  readonly apiBase: string;
}

export function stripeConfig(env: Variables, mode: Mode): StripeConfig | null {
  if (mode === 'mock')
    return {
      secretKey: 'sk_test_mock',
      publishableKey: 'pk_test_mock',
      webhookSecrets: [DEVELOPMENT_SECRETS.stripeWebhook],
      apiBase: env.STRIPE_API_BASE,
    };
  if (!env.STRIPE_SECRET_KEY) return null;
  return {
    secretKey: env.STRIPE_SECRET_KEY,
    publishableKey: env.STRIPE_PUBLISHABLE_KEY,
    webhookSecrets: env.STRIPE_WEBHOOK_SECRET,
    apiBase: env.STRIPE_API_BASE,
  };
}

export function razorpayConfig(env: Variables, mode: Mode): RazorpayConfig | null {
  if (mode === 'mock')
    return {
      keyId: 'rzp_test_mock',
      keySecret: 'mock-key-secret',
      webhookSecrets: [DEVELOPMENT_SECRETS.razorpayWebhook],
      apiBase: env.RAZORPAY_API_BASE,
    };
  if (!env.RAZORPAY_KEY_ID) return null;
  return {
    keyId: env.RAZORPAY_KEY_ID,
    keySecret: env.RAZORPAY_KEY_SECRET,
    webhookSecrets: env.RAZORPAY_WEBHOOK_SECRET,
    apiBase: env.RAZORPAY_API_BASE,
  };
}
