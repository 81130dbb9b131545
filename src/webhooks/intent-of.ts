// Which intent an event is about.

import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { oneOf } from '../db/one-of';
import type { ReadIntent } from '../intents/find';
import { type Batch, batch, READS_BESIDE_MIN } from '../kernel/batch';
import { Intent } from '../payments/intent.entity';
import type { ProviderName } from '../providers/provider';
import type { WebhookEvent } from './event.entity';

export interface ObjectName {
  readonly provider: ProviderName;
  readonly providerIntentId: string;
}

/** Finds the intent that a provider's object belongs to; look-ups at the same time share a statement. */
export type IntentOfObject = Batch<ObjectName, Intent | null>;

const nameOf = (provider: string, providerIntentId: string | null) => `${provider}:${providerIntentId}`;

export function createIntentOfObject(pool: pg.Pool): IntentOfObject {
  const toIntent = rowMapper(Intent);
  return batch({
    besideMin: READS_BESIDE_MIN,
    send: async (names) => {
      const { rows } = await pool.query<Row>({
        name: 'intents_of_objects',
        text: `select ${selectList(Intent, 'i')} from intents i where i.provider_intent_id = ${oneOf('$1')}`,
        values: [[...new Set(names.map((name) => name.providerIntentId))]],
      });
      const intents = rows.map(toIntent);
      const found = new Map(intents.map((row) => [nameOf(row.provider, row.providerIntentId), row]));
      return names.map((name) => found.get(nameOf(name.provider, name.providerIntentId)) ?? null);
    },
  });
}

/**
 * The intent that events about one object are about: by the object, or, for news that overtook the answer which made the
 * object, by the id of ours that it carries.
 * @returns null when it is not known yet, `foreign` when the intent that is named has another object.
 */
export async function intentOf(
  deps: { readonly intentOfObject: IntentOfObject; readonly readIntent: ReadIntent },
  object: ObjectName,
  events: readonly WebhookEvent[],
): Promise<Intent | null | 'foreign'> {
  const known = await deps.intentOfObject(object);
  if (known) return known;
  const claimedId = events.find((event) => event.intentId !== null)?.intentId;
  const claimed = claimedId ? await deps.readIntent(claimedId) : null;
  if (!claimed) return null;
  if (claimed.provider !== object.provider) return 'foreign';
  // The answer may have been written between the two looks.
  if (claimed.providerIntentId !== null)
    return claimed.providerIntentId === object.providerIntentId ? claimed : 'foreign';
  return Object.assign(claimed, { providerIntentId: object.providerIntentId });
}
