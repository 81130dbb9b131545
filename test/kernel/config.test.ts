// What a configuration that would let strangers in, or publish a secret, is told before anything starts.
import { ConfigError } from '../../src/kernel/config';
import { readConfig } from '../../src/providers/read-config';

const TEST = {
  AUTH_JWT_SECRET: 'a-secret-of-this-test-that-is-long-enough',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};
const LIVE = {
  ...TEST,
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
  API_KEY_PEPPER: 'p'.repeat(32),
  SECRETS_KEY: 's'.repeat(32),
};
const RAZORPAY = { RAZORPAY_KEY_SECRET: 'secret1', RAZORPAY_WEBHOOK_SECRET: 'hook1' };
const JWKS = { ...LIVE, AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'https://issuer.example/keys' };
const ISSUER = { AUTH_ISSUER: 'https://issuer.example' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe('A gateway does not start', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'in live mode where any issuer with a key is believed',
      { ...JWKS, AUTH_AUDIENCE: 'gw' },
      /^AUTH_ISSUER: .*set it to the `iss`/,
    ],
    [
      'in live mode where tokens for others are believed',
      { ...JWKS, ...ISSUER },
      /^AUTH_AUDIENCE: .*AUTH_AUDIENCE_CLAIM/,
    ],
    [
      'where a claim stands in for the audience and has to be nothing',
      { ...TEST, AUTH_AUDIENCE_CLAIM: 'client_id' },
      /^AUTH_AUDIENCE: needed beside AUTH_AUDIENCE_CLAIM, as what client_id has to be/,
    ],
    [
      'where the claim is no name',
      { ...JWKS, ...ISSUER, AUTH_AUDIENCE: 'gw', AUTH_AUDIENCE_CLAIM: 'a b' },
      /^AUTH_AUDIENCE_CLAIM: use the name/,
    ],
    [
      'where a secret key would be published',
      { ...LIVE, STRIPE_PUBLISHABLE_KEY: 'sk_live_1' },
      /^STRIPE_PUBLISHABLE_KEY: .*pk_live_ here.*roll it/,
    ],
    [
      'where a restricted key would be published, in test mode',
      { ...TEST, STRIPE_PUBLISHABLE_KEY: 'rk_test_1' },
      /^STRIPE_PUBLISHABLE_KEY: .*pk_test_ here/,
    ],
    [
      'where a webhook secret would be published',
      { ...LIVE, STRIPE_PUBLISHABLE_KEY: 'whsec_1' },
      /^STRIPE_PUBLISHABLE_KEY: /,
    ],
    [
      'with a publishable key of test mode in live mode',
      { ...LIVE, STRIPE_PUBLISHABLE_KEY: 'pk_test_1' },
      /^STRIPE_PUBLISHABLE_KEY: .*same mode/,
    ],
    [
      'with a publishable key of live mode in test mode',
      { ...TEST, STRIPE_PUBLISHABLE_KEY: 'pk_live_1' },
      /^STRIPE_PUBLISHABLE_KEY: .*same mode/,
    ],
    [
      'with two keys in one',
      { ...LIVE, STRIPE_PUBLISHABLE_KEY: 'pk_live_1,sk_live_1' },
      /^STRIPE_PUBLISHABLE_KEY: /,
    ],
    [
      'in live mode without a publishable key',
      { ...LIVE, STRIPE_PUBLISHABLE_KEY: '' },
      /^STRIPE_PUBLISHABLE_KEY: live mode needs it.*pk_live_/,
    ],
    [
      "where Razorpay's secret stands for its id",
      { ...LIVE, ...RAZORPAY, RAZORPAY_KEY_ID: 'secret1' },
      /RAZORPAY_KEY_ID: it is shown to everybody/,
    ],
    [
      'where the secret stands beside the id',
      { ...TEST, ...RAZORPAY, RAZORPAY_KEY_ID: 'rzp_test_1:secret1' },
      /^RAZORPAY_KEY_ID: it is shown to everybody/,
    ],
    [
      'where the id holds the secret',
      { ...TEST, ...RAZORPAY, RAZORPAY_KEY_ID: 'rzp_test_secret1' },
      /^RAZORPAY_KEY_ID: it holds RAZORPAY_KEY_SECRET/,
    ],
    [
      "in live mode with Razorpay's key of test mode",
      { ...LIVE, ...RAZORPAY, RAZORPAY_KEY_ID: 'rzp_test_1' },
      /RAZORPAY_KEY_ID: live and test keys/,
    ],
    [
      "with Razorpay's secret and no id",
      { ...LIVE, ...RAZORPAY },
      /^RAZORPAY_KEY_ID: needed beside RAZORPAY_KEY_SECRET/,
    ],
  ])('%s, and says which variable and what to do', (_, env, why) => {
    const problems = problemsOf(env);
    expect(problems).toContainEqual(expect.stringMatching(why));
    for (const secret of ['sk_live_1', 'rk_test_1', 'whsec_1', 'secret1'])
      expect(problems.join()).not.toContain(secret);
  });
});

describe('A gateway starts', () => {
  it.each<[string, Record<string, string>]>([
    ['in live mode with issuer and audience', { ...JWKS, ...ISSUER, AUTH_AUDIENCE: 'gw' }],
    [
      'in live mode with a claim for the audience',
      { ...JWKS, ...ISSUER, AUTH_AUDIENCE: 'gw', AUTH_AUDIENCE_CLAIM: 'client_id' },
    ],
    ['in live mode with both providers', { ...LIVE, ...RAZORPAY, RAZORPAY_KEY_ID: 'rzp_live_1' }],
    ['in test mode without a publishable key', TEST],
    ['in test mode with one', { ...TEST, STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }],
    [
      'in test mode with keys of nobody in particular',
      { ...TEST, AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'http://127.0.0.1/keys' },
    ],
  ])('%s', (_, env) => {
    expect(problemsOf(env)).toEqual([]);
  });
});
