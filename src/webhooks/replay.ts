import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { invalidInput } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import type { WebhookEvent } from './event.entity';
import { webhookEventsByIds } from './find';
import { matching, type WebhookEventFilter } from './list';

/** Exactly one of the two. */
export interface WebhookEventSelector {
  readonly ids?: readonly string[] | null;
  readonly filter?: WebhookEventFilter | null;
}

export interface Replayed {
  /** How many the selector means. */
  readonly matched: number;
  /** How many of them are due now; the others are being worked at this moment. None in a dry run. */
  readonly queued: number;
  /** The newest 50 of those that were matched. */
  readonly events: readonly WebhookEvent[];
}

export interface ReplayDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly log: Logger;
}

// As the contract caps every list that is not a connection.
const IDS_MAX = 50;
const SHOWN_MAX = 50;
// One statement's worth: locks are held for some milliseconds, and a hot connection has 10 s.
const SET_MAX = 1_000;

/**
 * Makes webhook events due, so that they are worked again by what worked them first. What they said is read anew from the
 * provider and settled, so that any number of replays leaves the same ledger. An event that had given up gets one attempt.
 * @throws Problem INVALID_INPUT
 */
export async function replayWebhookEvents(
  deps: ReplayDeps,
  caller: Caller,
  input: { readonly select: WebhookEventSelector; readonly dryRun: boolean },
): Promise<Replayed> {
  const ids = await idsOf(deps, input.select);
  const queued = input.dryRun ? 0 : await makeDue(deps.pool, caller, ids);
  if (!input.dryRun) deps.log.info('webhook.replayed', { by: caller.id, matched: ids.length, queued });
  const events = await webhookEventsByIds(deps, ids.slice(0, SHOWN_MAX));
  return { matched: ids.length, queued, events: events.filter((event) => event !== null) };
}

/** Newest first. Ids alone: a million of them are a few dozen MB, and it is an operator who asks. */
async function idsOf(deps: ReplayDeps, select: WebhookEventSelector): Promise<string[]> {
  const { ids, filter } = select;
  if (ids && ids.length > IDS_MAX)
    throw invalidInput(`Replay at most ${IDS_MAX} by id; more go by a filter.`, 'select', 'ids');
  const query = matching(deps, filter ?? {}).select('event.id', 'id');
  if (ids) query.andWhere('event.id = any(:ids)', { ids });
  else if (!filter) throw invalidInput('Say which events: by ids or by a filter.', 'select');
  const rows = await query.orderBy('event.receivedAt', 'DESC').addOrderBy('event.id', 'DESC').getRawMany();
  return rows.map((row: { id: string }) => row.id);
}

/** Each set is a transaction of its own, with its own line in the audit log. */
async function makeDue(pool: pg.Pool, caller: Caller, ids: readonly string[]): Promise<number> {
  let queued = 0;
  for (let from = 0; from < ids.length; from += SET_MAX) {
    const set = ids.slice(from, from + SET_MAX);
    queued += await audited(
      pool,
      caller,
      async (client) => (await client.query('select * from replay_webhook_events($1)', [set])).rowCount ?? 0,
      (made) => ({
        action: 'replayWebhookEvents',
        targetId: set.length === 1 ? set[0] : null,
        diff: { matched: set.length, queued: made },
      }),
    );
  }
  return queued;
}
