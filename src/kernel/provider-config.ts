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

/** What every visitor is shown must be what it is called: a secret in its place would be published. */
export function publicKeyProblems(env: Variables, mode: Mode): string[] {
  const problems: string[] = [];
  const { STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY, RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET } = env;
  const kind = mode === 'live' ? 'live' : 'test';
  if (STRIPE_PUBLISHABLE_KEY && !new RegExp(`^pk_${kind}_\\w+$`).test(STRIPE_PUBLISHABLE_KEY))
    problems.push(
      `STRIPE_PUBLISHABLE_KEY: it is shown to everybody and begins with pk_${kind}_ here; copy the publishable key of the ` +
        'same mode as STRIPE_SECRET_KEY, never a secret one. If a secret key stood here, roll it at Stripe',
    );
  if (mode === 'live' && STRIPE_SECRET_KEY && !STRIPE_PUBLISHABLE_KEY)
    problems.push(
      'STRIPE_PUBLISHABLE_KEY: live mode needs it beside STRIPE_SECRET_KEY, without it no payer can pay; copy the pk_live_ ' +
        'key of the same account',
    );
  if (RAZORPAY_KEY_ID && !/^rzp_(test|live)_\w+$/.test(RAZORPAY_KEY_ID))
    problems.push(
      'RAZORPAY_KEY_ID: it is shown to everybody; a Razorpay key id starts with rzp_test_ or rzp_live_, and its secret ' +
        'belongs into RAZORPAY_KEY_SECRET',
    );
  if (
    mode !== 'mock' &&
    RAZORPAY_KEY_ID &&
    RAZORPAY_KEY_SECRET.length > 0 &&
    RAZORPAY_KEY_ID.includes(RAZORPAY_KEY_SECRET)
  )
    problems.push(
      'RAZORPAY_KEY_ID: it holds RAZORPAY_KEY_SECRET, and is shown to everybody; copy the id alone',
    );
  if (mode !== 'mock' && RAZORPAY_KEY_SECRET && !RAZORPAY_KEY_ID)
    problems.push('RAZORPAY_KEY_ID: needed beside RAZORPAY_KEY_SECRET; copy the id of the same key');
  return problems;
}

/** What a provider's account may be called in a second; null: as often as we like. */
export interface CallRates {
  readonly stripe: { readonly perSecond: number; readonly perOperation: number | null } | null;
  readonly razorpay: { readonly perSecond: number; readonly perOperation: null } | null;
}

// docs.stripe.com/rate-limits: an account 100 calls a second and a sandbox 25, each named operation 25. Stripe raises the
// first for an account that asks for it.
const STRIPE_CALLS = { live: 100, test: 25, perOperation: 25 };
// Razorpay limits too and says no figure (razorpay.com/docs/api/basics): as many as a sandbox of Stripe, and its 429 is
// obeyed.
const RAZORPAY_CALLS = 25;

/** The simulator takes as many calls as come, unless somebody sets a rate. */
export function callRates(env: Variables, mode: Mode): CallRates {
  const perSecond = env.STRIPE_CALLS_PER_SECOND || (mode === 'mock' ? null : STRIPE_CALLS[mode]);
  const razorpay = env.RAZORPAY_CALLS_PER_SECOND || (mode === 'mock' ? null : RAZORPAY_CALLS);
  const perOperation = env.STRIPE_CALLS_PER_OPERATION || STRIPE_CALLS.perOperation;
  return {
    stripe: perSecond === null ? null : { perSecond, perOperation },
    razorpay: razorpay === null ? null : { perSecond: razorpay, perOperation: null },
  };
}
