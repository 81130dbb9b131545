// Each provider, asked with the gateway's own keys for things that do not exist: whoever may look says "not found", and whoever
// may not says so in the provider's own words, before the first dispute needs it.
import type pg from 'pg';
import type { Config } from '../kernel/config';
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import type { Outcome, Provider, ProviderName } from '../providers/provider';
import { createProviders } from '../providers/registry';
import type { Finding } from './doctor';

/** A person waits. */
const ANSWER_WITHIN_MS = 10_000;
const options = { timeoutMs: ANSWER_WITHIN_MS };
const NOBODY = 'doctor_asks_for_nothing';

/** What is looked for, and by which right it is allowed. */
const QUESTIONS: readonly (readonly [
  string,
  (provider: Provider, nowSeconds: number) => Promise<Outcome<unknown>>,
])[] = [
  [
    'payments',
    (provider, now) =>
      provider.findIntent({ ourIntentId: NOBODY, createdAfter: now - 1, createdBefore: now }, options),
  ],
  ['disputes', (provider) => provider.getDispute(`dp_${NOBODY}`, options)],
  ['warnings', (provider) => provider.getWarning(`issfr_${NOBODY}`, options)],
];

/** @param pool knows which events have come; null: nobody does */
export async function askProviders(config: Config, pool: pg.Pool | null): Promise<Finding[]> {
  const asked = PROVIDER_NAMES.filter((name) => config.providers[name] && !isSimulated(config, name));
  const providers = createProviders({ settings: config.providers });
  const findings = await Promise.all(
    asked.map(async (name) => {
      const provider = providers.get(name);
      if (!provider) return [];
      return [...(await rightsOf(provider)), secretsOf(config, name), ...(await eventsOf(pool, name))];
    }),
  );
  return findings.flat();
}

const isSimulated = ({ mode, providers }: Config, name: string) =>
  mode === 'mock' && !providers[name]?.apiBase;

async function rightsOf(provider: Provider): Promise<Finding[]> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  return Promise.all(
    QUESTIONS.map(async ([what, ask]) => {
      const name = `${provider.name} ${what}`;
      return { name, ...toldBy(await ask(provider, nowSeconds)) };
    }),
  );
}

/** An answer that is no answer to the question says no more than that somebody is there. */
function toldBy(outcome: Outcome<unknown>): Pick<Finding, 'state' | 'detail'> {
  switch (outcome.kind) {
    case 'ok':
    case 'not_found':
      return { state: 'ok', detail: 'may be read with these keys' };
    case 'misconfigured':
      return { state: 'bad', detail: outcome.message };
    case 'unknown':
      return { state: 'bad', detail: `no answer: ${outcome.reason}` };
    case 'retryable':
      return { state: 'warn', detail: `not told, ask again: ${outcome.reason}` };
    default:
      return { state: 'warn', detail: `not told: ${outcome.message}` };
  }
}

/** Whoever has one can send events: none is to be left once it was changed. */
function secretsOf({ providers }: Config, name: ProviderName): Finding {
  const secrets = providers[name]?.webhookSecrets ?? [];
  const count = new Set(secrets).size;
  const [variable] = [descriptorOf(name).keys.variables.webhookSecrets];
  if (count === 0)
    return {
      name: `${name} secrets`,
      state: 'bad',
      detail: `${variable} is not set: its events are refused`,
    };
  return {
    name: `${name} secrets`,
    state: count > 1 ? 'warn' : 'ok',
    detail:
      count > 1
        ? `events signed by any of ${count} are believed: take the old one out of ${variable} once the change is done`
        : 'one secret signs its events',
  };
}

/** Whether a webhook is set up there cannot be asked of every provider; whether it has ever spoken can be seen here. */
async function eventsOf(pool: pg.Pool | null, name: string): Promise<Finding[]> {
  if (!pool) return [];
  const { rows } = await pool.query(
    'select max(received_at) as last, count(*) filter (where status = $2)::integer as dead from webhook_events where provider = $1',
    [name, 'dead'],
  );
  const [{ last, dead }] = rows;
  if (!last)
    return [
      {
        name: `${name} events`,
        state: 'warn',
        detail: `none has come yet: is https://<this gateway>/webhooks/${name} in the provider's dashboard, with the secret that is set here?`,
      },
    ];
  return [
    {
      name: `${name} events`,
      state: dead > 0 ? 'warn' : 'ok',
      detail: `the last one came ${last.toISOString()}${dead > 0 ? `; ${dead} gave up and wait for somebody` : ''}`,
    },
  ];
}
