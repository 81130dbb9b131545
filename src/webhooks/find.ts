// Reads stored webhook events, what they brought and how the work on them went.
import type pg from 'pg';
import { type Row, rowMapper } from '../db/columns';
import type { SecretBox } from '../kernel/secret-box';
import type { ProviderName } from '../providers/provider';
import { WebhookEvent } from './event.entity';
import { BODY_PURPOSE } from './inbox';

type Reader = { readonly pool: pg.Pool };

// All but the body, which may be large and is rarely asked for.
const COLUMNS = `id, provider, provider_event_id, type, subject, livemode, provider_intent_id, intent_id, status,
  duplicate_count, attempt_count, last_error, lease_until, received_at, processed_at`;

// The last ones of an event; as the contract caps every list that is not a connection.
const ATTEMPTS_SHOWN_MAX = 50;

export interface WebhookAttempt {
  readonly number: number;
  readonly at: Date;
  readonly durationMs: number;
  readonly succeeded: boolean;
  readonly error: string | null;
}

const toEvent = (row: Row) => rowMapper(WebhookEvent)(row);

/** Those of a provider's event ids that were stored, in the order in which they came. */
export async function webhookEventsByProviderIds(
  deps: Reader,
  provider: ProviderName,
  providerEventIds: readonly string[],
): Promise<WebhookEvent[]> {
  if (providerEventIds.length === 0) return [];
  const { rows } = await deps.pool.query<Row>(
    `select ${COLUMNS} from webhook_events where provider_event_id = any($1) and provider = $2 order by received_at, id`,
    [providerEventIds, provider],
  );
  return rows.map(toEvent);
}

/** In the order of `ids`. */
export async function webhookEventsByIds(
  deps: Reader,
  ids: readonly string[],
): Promise<(WebhookEvent | null)[]> {
  const { rows } = await deps.pool.query<Row>(`select ${COLUMNS} from webhook_events where id = any($1)`, [
    ids,
  ]);
  const found = new Map(rows.map((row) => [row.id as string, toEvent(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** The attempts of each event, oldest first; of very many the last 50. */
export async function attemptsOf(deps: Reader, ids: readonly string[]): Promise<WebhookAttempt[][]> {
  const { rows } = await deps.pool.query<WebhookAttempt & { eventId: string }>(
    `select a.event_id as "eventId", a.number, a.at, a.duration_ms as "durationMs", a.succeeded, a.error
     from unnest($1::text[]) asked(id)
     cross join lateral (
       select * from webhook_attempts where event_id = asked.id order by number desc limit $2) a
     order by a.event_id, a.number`,
    [ids, ATTEMPTS_SHOWN_MAX],
  );
  const byEvent = new Map<string, WebhookAttempt[]>(ids.map((id) => [id, []]));
  for (const { eventId, ...attempt } of rows) byEvent.get(eventId)?.push(attempt);
  return ids.map((id) => byEvent.get(id) ?? []);
}

/** The bytes of each event as they came; null once they have been dropped, and for what no key of ours opens. */
export async function bodiesOf(
  deps: Reader & { readonly secrets: SecretBox },
  ids: readonly string[],
): Promise<(Buffer | null)[]> {
  const { rows } = await deps.pool.query<{ id: string; body: Buffer | null }>(
    'select id, body from webhook_events where id = any($1)',
    [ids],
  );
  const found = new Map(rows.map(({ id, body }) => [id, opened(deps, body)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** The bodies of all events that ever came about one object of a provider, each as `bodiesOf` gives it. */
export async function bodiesAbout(
  deps: Reader & { readonly secrets: SecretBox },
  provider: ProviderName,
  providerIntentId: string,
): Promise<(Buffer | null)[]> {
  const { rows } = await deps.pool.query<{ body: Buffer | null }>({
    name: 'webhook_bodies_about',
    text: 'select body from webhook_events where provider_intent_id = $1 and provider = $2',
    values: [providerIntentId, provider],
  });
  return rows.map(({ body }) => opened(deps, body));
}

/** One that cannot be opened keeps no other from being read. */
function opened({ secrets }: { readonly secrets: SecretBox }, body: Buffer | null): Buffer | null {
  try {
    return body && secrets.open(body, BODY_PURPOSE);
  } catch {
    return null;
  }
}
