// Reads intents by what identifies them. What a caller may not see looks exactly like what does not exist.

import type pg from 'pg';
import type { Caller } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { oneOf } from '../db/one-of';
import { type Batch, batch, READS_BESIDE_MIN } from '../kernel/batch';
import { numberIn } from '../kernel/ids';
import { invalidInput } from '../kernel/problems';
import { Intent } from '../payments/intent.entity';
import { remember } from '../telemetry/trace-context';
import { reaches } from '../wallets/membership';
import type { IntentDeps } from './deps';

type Needs = Pick<IntentDeps, 'pool' | 'readIntent'>;

/** Reads one intent; reads that are asked for at the same time share a statement. */
export type ReadIntent = Batch<string, Intent | null>;

export function createReadIntent(pool: pg.Pool): ReadIntent {
  const toIntent = rowMapper(Intent);
  return batch({
    besideMin: READS_BESIDE_MIN,
    send: async (ids) => {
      const { rows } = await pool.query<Row>({
        name: 'intents_by_id',
        text: `select ${selectList(Intent, 'i')} from intents i where i.id = ${oneOf('$1')}`,
        values: [[...new Set(ids)]],
      });
      const found = new Map(rows.map((row) => [row.id as string, row]));
      return ids.map((id) => {
        const row = found.get(id);
        if (!row) return null;
        const intent = toIntent(row);
        // Whatever is done for it next names its id alone.
        if (intent.request.traceparent) remember(intent.id, intent.request.traceparent);
        return intent;
      });
    },
  });
}

/** Without regard to who asks: for what the caller reached through something of its own. */
export const intentsByIds = (deps: Pick<IntentDeps, 'readIntent'>, ids: readonly string[]) =>
  Promise.all(ids.map((id) => deps.readIntent(id)));

const visible = async (deps: Needs, caller: Caller, intent: Intent | null): Promise<Intent | null> =>
  intent && (await reaches(deps, caller, intent.userId)) ? intent : null;

/** The intent, or null when it does not exist for this caller. */
export async function findIntent(deps: Needs, caller: Caller, id: string): Promise<Intent | null> {
  // PostgreSQL's text refuses NUL; an id that cannot be stored is an id that does not exist.
  return id.includes('\0') ? null : visible(deps, caller, await deps.readIntent(id));
}

export interface IntentLookup {
  readonly providerIntentId?: string | null;
  readonly idempotencyKey?: string | null;
  readonly creditsTransactionId?: string | null;
}

/**
 * The intent by another unique key; exactly one must be given. A key is unique for its owner, so by key everybody finds
 * their own.
 * @throws Problem INVALID_INPUT
 */
export async function findIntentBy(
  deps: Needs,
  caller: Caller,
  lookup: IntentLookup,
): Promise<Intent | null> {
  const given = Object.entries(lookup).filter(([, value]) => value !== null && value !== undefined);
  const [first] = given;
  if (given.length !== 1 || !first) throw invalidInput('Give exactly one key to look up by.', 'lookup');
  const [kind, value] = first as [keyof IntentLookup, string];
  if (value.includes('\0')) return null;
  const { rows } = await deps.pool.query<Row>(...statementFor(kind, value, caller));
  const [row] = rows;
  return row ? visible(deps, caller, rowMapper(Intent)(row)) : null;
}

function statementFor(kind: keyof IntentLookup, value: string, caller: Caller): [string, unknown[]] {
  switch (kind) {
    case 'providerIntentId':
      return ['select * from intents where provider_intent_id = $1', [value]];
    case 'creditsTransactionId':
      return ['select * from intents where grant_journal_id = $1', [numberIn('creditTransaction', value)]];
    case 'idempotencyKey':
      return [
        // Their own before what somebody made for them. A service may have used one key for several users: the newest is
        // the one it means.
        `select * from intents where idempotency_key = $1 and (user_id = $2 or created_by = $2)
         order by created_by = $2 desc, created_at desc limit 1`,
        [value, caller.id],
      ];
  }
}
