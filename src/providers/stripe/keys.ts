import type { Mode } from '../../kernel/config';
import type { GivenKeys, ProviderKeys } from '../../kernel/provider-settings';

export const keys: ProviderKeys = {
  name: 'stripe',
  variables: {
    publicKey: 'STRIPE_PUBLISHABLE_KEY',
    secretKey: 'STRIPE_SECRET_KEY',
    webhookSecrets: 'STRIPE_WEBHOOK_SECRET',
    apiBase: 'STRIPE_API_BASE',
    callsPerSecond: 'STRIPE_CALLS_PER_SECOND',
    callsPerOperation: 'STRIPE_CALLS_PER_OPERATION',
  },
  account: 'secretKey',
  isLive: (key) => /^(sk|rk)_live_/.test(key),
  mock: {
    publicKey: 'pk_test_mock',
    secretKey: 'sk_test_mock',
    webhookSecret: 'whsec_development_only_never_use_outside_mock_mode',
  },
  // docs.stripe.com/rate-limits: an account 100 calls a second and a sandbox 25, each named operation 25. Stripe raises the
  // first for an account that asks for it.
  callRate: { live: 100, test: 25, perOperation: 25 },
  problems,
};

/** What every visitor is shown must be what it is called: a secret in its place would be published. */
function problems({ publicKey, secretKey }: GivenKeys, mode: Mode): string[] {
  const found: string[] = [];
  const kind = mode === 'live' ? 'live' : 'test';
  if (secretKey && !/^(sk|rk)_(test|live)_/.test(secretKey))
    found.push('STRIPE_SECRET_KEY: a Stripe key starts with sk_test_, sk_live_, rk_test_ or rk_live_');
  if (publicKey && !new RegExp(`^pk_${kind}_\\w+$`).test(publicKey))
    found.push(
      `STRIPE_PUBLISHABLE_KEY: it is shown to everybody and begins with pk_${kind}_ here; copy the publishable key of the ` +
        'same mode as STRIPE_SECRET_KEY, never a secret one. If a secret key stood here, roll it at Stripe',
    );
  if (mode === 'live' && secretKey && !publicKey)
    found.push(
      'STRIPE_PUBLISHABLE_KEY: live mode needs it beside STRIPE_SECRET_KEY, without it no payer can pay; copy the pk_live_ ' +
        'key of the same account',
    );
  return found;
}
