import type { Mode } from '../../kernel/config';
import type { GivenKeys, ProviderKeys } from '../../kernel/provider-settings';

export const keys: ProviderKeys = {
  name: 'razorpay',
  variables: {
    publicKey: 'RAZORPAY_KEY_ID',
    secretKey: 'RAZORPAY_KEY_SECRET',
    webhookSecrets: 'RAZORPAY_WEBHOOK_SECRET',
    apiBase: 'RAZORPAY_API_BASE',
    callsPerSecond: 'RAZORPAY_CALLS_PER_SECOND',
  },
  account: 'publicKey',
  isLive: (key) => /^rzp_live_/.test(key),
  mock: {
    publicKey: 'rzp_test_mock',
    secretKey: 'mock-key-secret',
    webhookSecret: 'development-only-razorpay-webhook-secret',
  },
  // Razorpay limits too and says no figure (razorpay.com/docs/api/basics): as many as a sandbox of Stripe, and its 429 is
  // obeyed.
  callRate: { live: 25, test: 25, perOperation: null },
  problems,
};

/** The id is shown to everybody, so that it has to be one, and nothing else. */
function problems({ publicKey: id, secretKey: secret }: GivenKeys, mode: Mode): string[] {
  const found: string[] = [];
  if (id && !/^rzp_(test|live)_\w+$/.test(id))
    found.push(
      'RAZORPAY_KEY_ID: it is shown to everybody; a Razorpay key id starts with rzp_test_ or rzp_live_, and its secret ' +
        'belongs into RAZORPAY_KEY_SECRET',
    );
  if (mode === 'mock') return found;
  if (id && secret.length > 0 && id.includes(secret))
    found.push('RAZORPAY_KEY_ID: it holds RAZORPAY_KEY_SECRET, and is shown to everybody; copy the id alone');
  if (secret && !id)
    found.push('RAZORPAY_KEY_ID: needed beside RAZORPAY_KEY_SECRET; copy the id of the same key');
  return found;
}
