// Puts what was just made where it belongs in time. Only the owner of the tables can, and only what no seal covers yet:
// the gateway itself can change neither events nor postings.
import pg from 'pg';

const SHIFT = `
  create temporary table shift on commit drop as
  select i.id as intent_id, i.user_id, i.created_at as made_at, p.at - i.created_at as by
  from unnest($1::text[], $2::timestamptz[]) p(id, at) join intents i on i.id = p.id`;

// What was spent goes with the user's purchase before it.
const MOVED = `
  create temporary table moved on commit drop as
  select j.id as journal_id, s.by from journal j join shift s using (intent_id)
  union all
  select j.id, s.by from journal j cross join lateral (
    select by from shift s where s.user_id = j.user_id and s.made_at <= j.posted_at order by s.made_at desc limit 1) s
  where j.intent_id is null and j.posted_at >= (select min(made_at) from shift)`;

const IS_SEALED = 'select 1 from seals join moved using (journal_id) limit 1';

const MOVES = [
  `update intents i set created_at = created_at + by, updated_at = updated_at + by, completed_at = completed_at + by,
     expires_at = expires_at + by from shift s where s.intent_id = i.id`,
  'update intent_payments t set seen_at = seen_at + by from shift s where s.intent_id = t.intent_id',
  'update lots t set created_at = created_at + by from shift s where s.intent_id = t.intent_id',
  `update lot_history h set at = at + by from lots l join shift s using (intent_id) where l.id = h.lot_id`,
  `update webhook_events t set received_at = received_at + by, processed_at = processed_at + by
     from shift s where s.intent_id = t.intent_id`,
  `update webhook_attempts t set at = at + by from webhook_events w join shift s using (intent_id)
     where w.id = t.event_id`,
  'update journal j set posted_at = posted_at + by from moved m where m.journal_id = j.id',
  'update events t set at = at + by from shift s where s.intent_id = t.subject',
  `update events t set at = at + by from moved m
     where t.kind = 'balance_changed' and (t.data ->> 'journalId')::bigint = m.journal_id`,
];

/**
 * Moves purchases, and all that hangs on them, to the instants at which they began.
 * @returns false when a seal covers some of it: then everything stays as it is
 */
export async function spread(
  url: string,
  ids: readonly string[],
  instants: readonly Date[],
): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(SHIFT, [ids, instants]);
    await client.query(MOVED);
    const { rowCount } = await client.query(IS_SEALED);
    for (const statement of rowCount === 0 ? MOVES : []) await client.query(statement);
    await client.query('commit');
    return rowCount === 0;
  } finally {
    await client.end();
  }
}
