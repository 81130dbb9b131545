// The invariants of the ledger, each as a query that finds what breaks it. Nothing is repaired here: a row that comes
// back is for a person to look at.
import type pg from 'pg';
import { LIMIT_INVARIANTS } from './verify-limits';
import { LOW_INVARIANTS } from './verify-low';
import { MONEY_INVARIANTS } from './verify-money';
import { PROMO_INVARIANTS } from './verify-promo';
import { SPEND_INVARIANTS } from './verify-spends';
import { TRANSFER_INVARIANTS } from './verify-transfers';
import { USAGE_INVARIANTS } from './verify-usage';
import { WALLET_INVARIANTS } from './verify-wallets';

export interface Broken {
  readonly invariant: string;
  /** What breaks it: a posting's number, a user, an intent. */
  readonly subject: string;
}

// A few name the trouble; thousands only hide it.
const NAMED_MAX = 20;

/** By what must hold: the query whose rows name what breaks it. */
export const INVARIANTS: Readonly<Record<string, string>> = {
  ...MONEY_INVARIANTS,
  ...PROMO_INVARIANTS,
  ...LOW_INVARIANTS,
  ...LIMIT_INVARIANTS,
  ...SPEND_INVARIANTS,
  ...TRANSFER_INVARIANTS,
  ...USAGE_INVARIANTS,
  ...WALLET_INVARIANTS,
  'a posting has two lines or more and balances in each unit': `
    select j.id::text as subject from journal j left join entries e on e.journal_id = j.id
    group by j.id having count(e.line) < 2
    union select journal_id::text from entries group by journal_id, unit having sum(amount) <> 0
    union select e.journal_id::text from entries e left join journal j on j.id = e.journal_id where j.id is null`,
  'a wallet holds the sum of its lines': `
    select w.user_id as subject from wallets w
    left join (select user_id, sum(amount) as total, count(*) as lines from entries where account = 'wallet'
      group by user_id) e on e.user_id = w.user_id
    where w.balance <> coalesce(e.total, 0) or w.line_sequence <> coalesce(e.lines, 0)
    union select e.user_id from entries e left join wallets w on w.user_id = e.user_id
      where e.account = 'wallet' and w.user_id is null`,
  'a wallet holds what is left of its lots': `
    select w.user_id as subject from wallets w
    left join (select user_id, sum(remaining) as remaining, sum(held) as held, sum(frozen) as frozen from lots
      group by user_id) l on l.user_id = w.user_id
    where (w.balance, w.held, w.frozen) <> (coalesce(l.remaining, 0), coalesce(l.held, 0), coalesce(l.frozen, 0))`,
  'a wallet owes the sum of its debt lines': `
    select w.user_id as subject from wallets w
    left join (select user_id, sum(amount) as total from entries where account = 'debt' group by user_id) e
      on e.user_id = w.user_id
    where w.owed <> -coalesce(e.total, 0)`,
  'the lines of a wallet are counted without a gap, each from the balance of the one before': `
    select user_id || ' line ' || sequence as subject from (
      select user_id, sequence, amount, balance_after,
        lag(balance_after, 1, 0::bigint) over by_user as before, row_number() over by_user as nth
      from entries where account = 'wallet' window by_user as (partition by user_id order by sequence)) l
    where sequence <> nth or balance_after <> before + amount`,
  'each succeeded intent has one grant of exactly its credits, and no other intent has any': `
    select coalesce(i.id, j.reference) as subject
    from (select * from intents where status = 'succeeded') i
    full join (select j.*, e.amount, e.user_id as owner from journal j
      join entries e on e.journal_id = j.id and e.account = 'wallet' where j.kind = 'grant') j on j.reference = i.id
    where i.id is null or j.id is null or i.credits <> j.amount or i.user_id <> j.owner or i.grant_journal_id <> j.id`,
  'deferred revenue is what the lots still hold': `
    select coalesce(e.unit, l.currency) as subject
    from (select unit, sum(amount) as total from entries where account = 'deferred_revenue' group by unit) e
    full join (select currency, sum(deferred_minor) as total from lots group by currency) l on l.currency = e.unit
    where coalesce(e.total, 0) <> coalesce(l.total, 0)`,
  'what is frozen of a lot has a cause, and each cause has frozen what it says': `
    select 'lot ' || l.id as subject from lots l
    left join (select lot_id, sum(credits) as credits from frozen_lots group by lot_id) f on f.lot_id = l.id
    where l.frozen <> coalesce(f.credits, 0)
    union select c.id from (select id, credits_frozen, status = 'pending' as undecided from refunds
      union all select id, credits_frozen, status = 'open' from disputes) c
    left join (select cause_id, sum(credits) as credits from frozen_lots group by cause_id) f on f.cause_id = c.id
    where c.credits_frozen <> coalesce(f.credits, 0) or (c.credits_frozen > 0 and not c.undecided)
    union select coalesce(c.cause_id, f.cause_id) from claims c
    full join (select cause_id, sum(credits) as credits from frozen_lots
      where cause_id not in (select id from refunds) group by cause_id) f on f.cause_id = c.cause_id
    where coalesce(c.frozen, 0) <> coalesce(f.credits, 0)`,
  'each open dispute and each open review claims the credits that it is about, and nobody else claims any': `
    select coalesce(c.cause_id, u.id) as subject
    from claims c
    full join (
      select id, user_id, intent_id, coalesce(disputed_credits(d), 0) as about, credits_frozen, opened_at
      from disputes d where status = 'open'
      union all
      select r.id, r.user_id, r.intent_id, reviewed_credits(r.intent_id), c.frozen, r.opened_at
      from risk_reviews r left join claims c on c.cause_id = r.id where r.status = 'open') u on u.id = c.cause_id
    where (c.user_id, c.intent_id, c.credits, c.frozen, c.since)
      is distinct from (u.user_id, u.intent_id, u.about, u.credits_frozen, u.opened_at)`,
  'an open review keeps no more than it claims, and what is free of its lot is not left to be spent': `
    select r.id as subject from risk_reviews r
    join claims c on c.cause_id = r.id
    left join lots l on coalesce(l.root_intent_id, l.intent_id) = r.intent_id
    where r.status = 'open' and (c.frozen > c.credits or (c.frozen < c.credits and l.remaining > l.held + l.frozen))`,
  'a rejected review has one refund that stands at most': `
    select review_id as subject from refunds where review_id is not null and status <> 'failed'
    group by review_id having count(*) > 1
    union select f.id from refunds f left join risk_reviews r on r.id = f.review_id
    where f.review_id is not null and f.status <> 'failed'
      and (r.intent_id, r.status in ('rejected', 'expired')) is distinct from (f.intent_id, true)`,
  'a lot has room for what was taken back of it, should that come back too': `
    select l.id::text as subject from lots l
    join (select lot_id, sum(credits) as credits from revoked_lots group by lot_id) r on r.lot_id = l.id
    where l.remaining + l.spent + l.transferred + r.credits > l.granted`,
  'each lot has earned the share of its price that was spent of it, within one minor unit, and keeps nothing when it is used up': `
    select id::text as subject from lots
    where spent not between 0 and granted - remaining - transferred
      or earned_minor - div(paid_minor::numeric * spent, granted) not between 0 and 1
      or earned_minor > div(paid_minor::numeric * spent + granted - 1, granted)
      or earned_minor + deferred_minor > paid_minor or (remaining = 0 and deferred_minor <> 0)`,
  'the credits that were taken back are those of the refunds and the lost disputes': `
    select i.id as subject from intents i
    join (select intent_id, sum(credits) as credits from (
        select intent_id, credits_revoked as credits from refunds union all select intent_id, credits_revoked from disputes
        union all
        select j.intent_id, -e.amount from journal j join entries e on e.journal_id = j.id and e.account = 'credits_issued'
        where j.kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal')) x
      group by intent_id) c on c.intent_id = i.id
    where c.credits <> 0
    union select i.id from intents i join (select intent_id, sum(credits) as credits from (
        select intent_id, credits_revoked as credits from refunds union all select intent_id, credits_revoked from disputes) x
      group by intent_id) c on c.intent_id = i.id where c.credits > i.credits`,
  'nobody has free credits beside a debt': `
    select user_id as subject from wallets where owed > 0 and balance > held + frozen`,
  'a lot has set aside what holds took of it': `
    select coalesce(l.id, h.lot_id)::text as subject
    from (select id, held from lots where held > 0) l
    full join (select lot_id, sum(credits) as credits from hold_lots group by lot_id) h on h.lot_id = l.id
    where l.held is distinct from h.credits`,
  'a hold has set aside what its lots say, all of them its user’s, and nothing once it has ended': `
    select h.id as subject from holds h
    left join (select hold_id, sum(credits) as credits from hold_lots group by hold_id) l on l.hold_id = h.id
    where h.held <> coalesce(l.credits, 0)
    union select x.hold_id from hold_lots x left join holds h on h.id = x.hold_id left join lots l on l.id = x.lot_id
      where h.user_id is distinct from l.user_id or h.status is distinct from 'open'`,
  'a wallet has set aside what its open holds did': `
    select w.user_id as subject from wallets w
    left join (select user_id, sum(held) as held from holds group by user_id) h on h.user_id = w.user_id
    where w.held <> coalesce(h.held, 0)`,
  'a hold is open or has ended once, and what was settled was spent': `
    select h.id as subject from holds h left join (
      select subject, count(*) as changes, max(sequence) as last, count(*) filter (where to_status <> 'open') as ends,
        max(to_status) filter (where to_status <> 'open') as ended_as,
        max((data ->> 'journalId')::bigint) filter (where to_status = 'settled') as journal_id
      from events where kind = 'hold_changed' group by subject) e on e.subject = h.id
    left join entries x on x.journal_id = e.journal_id and x.account = 'wallet'
    where (e.changes, e.last, e.ends, coalesce(e.ended_as, 'open'))
        is distinct from (h.version, h.version, (h.status <> 'open')::integer, h.status)
      or coalesce(-x.amount, 0) <> coalesce(h.settled_credits, 0)`,
  'the history of a lot ends with what is left of it': `
    select l.id::text as subject from lots l
    left join (select distinct on (lot_id) lot_id, remaining from lot_history order by lot_id, id desc) h
      on h.lot_id = l.id
    where l.remaining <> coalesce(h.remaining, l.granted)`,
  'only credits whose time was over have expired': `
    select j.id::text as subject from journal j
    left join lots l on l.id = split_part(j.reference, ':', 2)::bigint
    where j.kind = 'expiry' and (l.expires_at <= j.posted_at or j.posted_at <= l.revived_at) is not true`,
  'the events of an intent are counted without a gap, and so are its versions': `
    select i.id as subject from intents i left join (
      select subject, count(*) as entries, max(sequence) as last, count(version) as versions, max(version) as version
      from events group by subject) e on e.subject = i.id left join timeline_cuts c on c.intent_id = i.id
    where (e.entries + coalesce(c.entries, 0), greatest(e.last, c.last), e.versions, e.version)
      is distinct from (i.timeline_sequence, i.timeline_sequence, i.version, i.version)`,
  'the events of a wallet are counted without a gap': `
    select w.user_id as subject from wallets w left join (
      select subject, count(*) as entries, max(version) as version from events group by subject) e
      on e.subject = 'wallet:' || w.user_id
    where coalesce(e.entries, 0) <> w.version or coalesce(e.version, 0) <> w.version`,
};

/**
 * Those that speak of one user at a time: held for some users they look at the rows of those alone, whose tables these names stand for
 * ($1: the users).
 */
const OF_USERS = [
  'a wallet holds the sum of its lines',
  'a wallet holds what is left of its lots',
  'a wallet owes the sum of its debt lines',
  'the lines of a wallet are counted without a gap, each from the balance of the one before',
  'each lot has earned the share of its price that was spent of it, within one minor unit, and keeps nothing when it is used up',
  'nobody has free credits beside a debt',
  'a lot has set aside what holds took of it',
  'a wallet has set aside what its open holds did',
  'the history of a lot ends with what is left of it',
];
const ROWS_OF_USERS = `
  with wallets as not materialized (select * from public.wallets where user_id = any($1)),
    lots as not materialized (select * from public.lots where user_id = any($1)),
    holds as not materialized (select * from public.holds where user_id = any($1)),
    entries as not materialized (select * from public.entries where user_id = any($1)),
    hold_lots as not materialized (select h.* from public.hold_lots h join lots on lots.id = h.lot_id),
    lot_history as not materialized (select h.* from public.lot_history h join lots on lots.id = h.lot_id)`;

/** What of OF_USERS is broken for these users. Reads in one snapshot for each. */
export async function brokenOfUsers(client: pg.ClientBase, users: readonly string[]): Promise<Broken[]> {
  const broken: Broken[] = [];
  for (const invariant of OF_USERS) {
    const { rows } = await client.query<{ subject: string }>(
      `${ROWS_OF_USERS} select * from (${INVARIANTS[invariant]}) x limit ${NAMED_MAX}`,
      [users],
    );
    broken.push(...rows.map(({ subject }) => ({ invariant, subject })));
  }
  return broken;
}

/**
 * Every broken invariant, with what breaks it; empty when the ledger is whole. Reads in one snapshot.
 * @param before is called with each invariant's name before it is checked; what it throws ends the check.
 * @param names of those that are checked
 */
export async function brokenInvariants(
  client: pg.ClientBase,
  before: (invariant: string) => Promise<void> = async () => undefined,
  names: readonly string[] = Object.keys(INVARIANTS),
): Promise<Broken[]> {
  const broken: Broken[] = [];
  await client.query('begin isolation level repeatable read read only');
  try {
    // Each looks at every row, which takes longer than anything on the purchase path may.
    await client.query('set local statement_timeout = 0');
    for (const invariant of names) {
      await before(invariant);
      const { rows } = await client.query<{ subject: string }>(
        `select * from (${INVARIANTS[invariant]}) x limit ${NAMED_MAX}`,
      );
      broken.push(...rows.map(({ subject }) => ({ invariant, subject })));
    }
  } finally {
    await client.query('rollback');
  }
  return broken;
}
