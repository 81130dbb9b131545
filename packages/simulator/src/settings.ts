// What the program is told by its arguments and its environment. The secrets and keys have the names that a gateway has for
// them, so that one .env serves both.
import { parseArgs } from 'node:util';
import type { ApiKeys } from './keys';
import type { Environment } from './provider';
import { byProvider } from './providers';
import { SettingsError } from './settings-error';
import type { WebhookSecrets } from './sign';

export { SettingsError } from './settings-error';

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Webhook events go to <webhooks>/<provider's name>; empty: nowhere. */
  readonly webhooks: string;
  readonly secrets: WebhookSecrets;
  readonly keys: ApiKeys;
}

export const USAGE =
  'Usage: npm run simulator -- [--port 12111] [--host 127.0.0.1] [--webhooks http://127.0.0.1:4000/webhooks]';
// The port of Stripe's own mock server, so that what is set up for that one finds this one.
const PORT_DEFAULT = '12111';

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
    secrets: byProvider(
      ({ webhooks }, name) => first(environment[webhooks.secretVariable]) ?? defaults[name],
    ),
    keys: byProvider(({ key }) => key.fromEnvironment(environment)),
  };
}

// A gateway takes several while a secret is rolled, and the provider signs with one.
const first = (list: string | undefined): string | undefined =>
  list
    ?.split(',')
    .map((item) => item.trim())
    .find((item) => item !== '');

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
