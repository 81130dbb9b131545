// What a provider refuses us for our keys, and what it leaves unanswered, by operation: kept for the operators, because whoever
// made the call can only say that it will be tried again. A person reads the provider's own words.
import type pg from 'pg';
import { PROVIDER_NAMES } from '../providers/descriptors';
import { type Outcome, type ProviderName } from '../providers/provider';
import type { Logger } from '../telemetry/logger';
import type { HealthCheck } from './health';

// A provider that is down is called often; a line and a row so often say as much.
const NOTED_EVERY_MS = 10_000;
// A process that died cannot say that its trouble is over.
const SHOWN_MINUTES = 60;

/** Makes, for each provider, what hears how each call ended. */
export function createTroubles(options: { readonly pool: pg.Pool; readonly log: Logger }) {
  const { pool, log } = options;
  const notedAtMs = new Map<string, number>();

  function note(provider: ProviderName, operation: string, kind: string, message: string): void {
    const key = `${provider} ${operation}`;
    if ((notedAtMs.get(key) ?? 0) + NOTED_EVERY_MS > Date.now()) return;
    notedAtMs.set(key, Date.now());
    if (kind === 'misconfigured')
      log.error('provider.misconfigured', { provider, operation, reason: message });
    keep(
      `insert into provider_troubles as t (provider, operation, kind, message) values ($1, $2, $3, $4)
       on conflict (provider, operation) do update set kind = excluded.kind, message = excluded.message,
         last_at = clock_timestamp(),
         first_at = case when t.last_at < clock_timestamp() - make_interval(mins => ${SHOWN_MINUTES})
           then clock_timestamp() else t.first_at end`,
      [provider, operation, kind, message],
    );
  }

  function clear(provider: ProviderName, operation: string): void {
    if (!notedAtMs.delete(`${provider} ${operation}`)) return;
    log.info('provider.answers_again', { provider, operation });
    keep('delete from provider_troubles where provider = $1 and operation = $2', [provider, operation]);
  }

  function keep(text: string, values: readonly string[]): void {
    pool
      .query(text, [...values])
      .catch((error: unknown) => log.warn('provider.trouble_not_kept', { error: String(error) }));
  }

  return (provider: ProviderName) => (operation: string, outcome: Outcome<unknown>) => {
    // Nothing was sent.
    if (operation === '') return;
    if (outcome.kind === 'misconfigured') note(provider, operation, outcome.kind, outcome.message);
    else if (outcome.kind === 'unknown')
      note(provider, operation, outcome.kind, `No answer: ${outcome.reason}`);
    else clear(provider, operation);
  };
}

interface Trouble {
  readonly provider: string;
  readonly operation: string;
  readonly message: string;
  readonly first_at: Date;
}

const SHOWN = `select provider, operation, message, first_at from provider_troubles
  where last_at > clock_timestamp() - make_interval(mins => ${SHOWN_MINUTES}) order by first_at, operation`;

/** One check for each provider of this gateway. Never throws. */
export async function checkProviders(deps: {
  readonly pool: pg.Pool;
  readonly providers: ReadonlyMap<ProviderName, unknown>;
}): Promise<HealthCheck[]> {
  const troubles = await deps.pool.query<Trouble>(SHOWN).then(
    ({ rows }) => rows,
    () => null,
  );
  return PROVIDER_NAMES.filter((name) => deps.providers.has(name)).map((name) => {
    const told = (troubles ?? [])
      .filter(({ provider }) => provider === name)
      .map(({ operation, message, first_at }) => `${operation} since ${first_at.toISOString()}: ${message}`);
    const detail = troubles === null ? 'Not known' : told.length === 0 ? null : told.join('\n');
    return { name, ok: detail === null, latencyMs: null, detail };
  });
}
