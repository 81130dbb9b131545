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
    [
      'with a slash behind an origin',
      { ALLOWED_ORIGINS: 'https://shop.example/' },
      /^ALLOWED_ORIGINS: .*browsers send https:\/\/shop\.example; write that/,
    ],
    [
      'with the port that goes without saying',
      { ALLOWED_ORIGINS: 'https://shop.example:443' },
      /^ALLOWED_ORIGINS: .*https:\/\/shop\.example;/,
    ],
    [
      'with an origin in capitals',
      { ALLOWED_ORIGINS: 'https://a.example, https://Shop.example' },
      /^ALLOWED_ORIGINS: https:\/\/Shop.example matches no page/,
    ],
    [
      'with an origin without its scheme',
      { ALLOWED_ORIGINS: 'shop.example' },
      /^ALLOWED_ORIGINS: .*with its scheme/,
    ],
    [
      'with a host and a port for an origin',
      { ALLOWED_ORIGINS: 'localhost:3000' },
      /^ALLOWED_ORIGINS: .*with its scheme/,
    ],
    ['with every origin', { ALLOWED_ORIGINS: '*' }, /^ALLOWED_ORIGINS: name each origin/],
    ['with purchases that are over at once', { INTENT_TTL: '0' }, /^INTENT_TTL: .*between 60s and 30d/],
    ['with purchases that wait for a year', { INTENT_TTL: '365d' }, /^INTENT_TTL: .*between 60s and 30d/],
    [
      'with a word for a Redis',
      { REDIS_URL: 'foo' },
      /^REDIS_URL: is no address of a Redis; write redis:\/\//,
    ],
    [
      'with an address of the web for a Redis',
      { REDIS_URL: 'http://redis:6379' },
      /^REDIS_URL: is no address/,
    ],
    [
      'with a word for a database',
      { DATABASE_URL: 'foo' },
      /^DATABASE_URL: is no address of a database; write postgresql:/,
    ],
    [
      'with another database for a database',
      { DATABASE_URL: 'mysql://db/credits' },
      /^DATABASE_URL: is no address/,
    ],
    [
      'in live mode with keys that go over the wire in the clear',
      { ...LIVE, STRIPE_API_BASE: 'http://proxy.internal' },
      /^STRIPE_API_BASE: .*https:\/\/ only/,
    ],
    [
      'with less time for a purchase than two calls of its provider',
      { ...TEST, OPERATION_TIMEOUT_MS: '30000' },
      /^OPERATION_TIMEOUT_MS: .*at least 40000, or lower PROVIDER_TIMEOUT_MS/,
    ],
    [
      'with a letter too few in a name',
      { STRIPE_SECRT_KEY: 'sk_live_1' },
      /^STRIPE_SECRT_KEY: .*did you mean STRIPE_SECRET_KEY\?/,
    ],
    ['with a letter too many in a name', { ALLOWED_ORIGINSS: 'x' }, /did you mean ALLOWED_ORIGINS\?/],
    ['with two letters changed over in a name', { DATABSAE_URL: 'x' }, /did you mean DATABASE_URL\?/],
    ['with another letter in a name', { METRICS_TOCEN: 'x' }, /did you mean METRICS_TOKEN\?/],
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
    [
      'with origins of pages, of a port and of an app',
      { ALLOWED_ORIGINS: 'https://shop.example, http://localhost:3000, capacitor://localhost' },
    ],
    ['with a database behind a socket', { DATABASE_URL: 'postgresql:///credits?host=/var/run/postgresql' }],
    ['with a Redis that asks for a password', { REDIS_URL: 'rediss://:secret@redis.internal:6380/1' }],
    [
      'with variables of other programs',
      { PATHS: '/bin', REDIS_PORT: '6379', HOSTNAME: 'a', DATABASE_HOST: 'b' },
    ],
    ['with a name beside ours', { REDIS_URL: 'redis://redis:6379', REDIS_URI: 'redis://redis:6379' }],
    ['in live mode through a proxy on this machine', { ...LIVE, STRIPE_API_BASE: 'http://127.0.0.1:4010' }],
    ['in test mode with a simulator of its own', { ...TEST, STRIPE_API_BASE: 'http://127.0.0.1:4010' }],
  ])('%s', (_, env) => {
    expect(problemsOf(env)).toEqual([]);
  });
});
