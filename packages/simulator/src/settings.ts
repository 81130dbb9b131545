// What the program is told by its arguments and its environment. The secrets and keys have the names that a gateway has for
// them, so that one .env serves both.
import { parseArgs } from 'node:util';
import { type ApiKeys, isRazorpayPair, isStripeKey } from './keys';
import type { WebhookSecrets } from './sign';

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Webhook events go to <webhooks>/stripe and <webhooks>/razorpay; empty: nowhere. */
  readonly webhooks: string;
  readonly secrets: WebhookSecrets;
  readonly keys: ApiKeys;
}

/** Told to the person who started the program. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export const USAGE =
  'Usage: npm run simulator -- [--port 12111] [--host 127.0.0.1] [--webhooks http://127.0.0.1:4000/webhooks]';
// The port of Stripe's own mock server, so that what is set up for that one finds this one.
const PORT_DEFAULT = '12111';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param defaults the secrets where the environment has none.
 * @throws SettingsError
 */
export function readSettings(
  args: readonly string[],
  environment: Environment,
  defaults: WebhookSecrets,
): Settings {
  return {
    ...readArguments(args),
    secrets: {
      stripeWebhook: first(environment['STRIPE_WEBHOOK_SECRET']) ?? defaults.stripeWebhook,
      razorpayWebhook: first(environment['RAZORPAY_WEBHOOK_SECRET']) ?? defaults.razorpayWebhook,
    },
    keys: keysOf(environment),
  };
}

// A gateway takes several while a secret is rolled, and the provider signs with one.
const first = (list: string | undefined): string | undefined =>
  list
    ?.split(',')
    .map((item) => item.trim())
    .find((item) => item !== '');

function keysOf({ STRIPE_SECRET_KEY, RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET }: Environment): ApiKeys {
  if (STRIPE_SECRET_KEY && !isStripeKey(STRIPE_SECRET_KEY))
    throw new SettingsError('STRIPE_SECRET_KEY: simulated accounts have test keys, sk_test_… or rk_test_…');
  if (!RAZORPAY_KEY_ID !== !RAZORPAY_KEY_SECRET)
    throw new SettingsError('RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET: set both or neither');
  const razorpay =
    RAZORPAY_KEY_ID && RAZORPAY_KEY_SECRET ? { id: RAZORPAY_KEY_ID, secret: RAZORPAY_KEY_SECRET } : null;
  if (razorpay && !isRazorpayPair(`${razorpay.id}:${razorpay.secret}`))
    throw new SettingsError('RAZORPAY_KEY_ID: simulated accounts have test keys, rzp_test_…');
  return { stripe: STRIPE_SECRET_KEY || null, razorpay };
}

function readArguments(args: readonly string[]): Pick<Settings, 'port' | 'host' | 'webhooks'> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: PORT_DEFAULT },
        host: { type: 'string', default: '127.0.0.1' },
        webhooks: { type: 'string', default: '' },
      },
    });
    const port = Number(values.port);
    const isAddress = values.webhooks === '' || URL.canParse(values.webhooks);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535 && isAddress)
      return { port, host: values.host, webhooks: values.webhooks.replace(/\/$/, '') };
  } catch {
    // An option that does not exist: the same answer.
  }
  throw new SettingsError(USAGE);
}
