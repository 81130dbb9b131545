// The two sides of the merge, read from our database a page at a time, in the order of their keys.
import type pg from 'pg';
import type { ProviderName } from '../providers/provider';
import type { SettlementKind, SettlementWindow } from '../providers/settlement';
import { withCorrections } from './corrected';
import { isJudgedBySaying } from './disputes';
import { type Ours, subjectOf, type Theirs } from './match';

interface Reader {
  readonly pool: pg.Pool;
}

/** Both sides of one page in memory: a few megabytes, and far below the time limit of a statement. */
const PAGE_ROWS = 5_000;

/** A page of the provider's books, whole keys only. `after` is where the next one starts; null: there is none. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly after: string | null;
}

interface TheirRow {
  readonly key: string;
  readonly kind: SettlementKind;
  readonly provider_intent_id: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
}

// What is all fee has moved by its net; of everything else the fee is booked apart.
const AMOUNT = `case when kind in ('fee', 'other') then net_minor else amount_minor end as amount_minor`;

/** What a run has to judge, except payouts, which are judged by what they are made of. */
export async function theirsAfter(
  { pool }: Reader,
  run: { readonly id: string; readonly provider: ProviderName } & SettlementWindow,
  after: string,
): Promise<Page<Theirs> & { readonly judged: number }> {
  const { rows } = await pool.query<TheirRow>({
    name: 'reconciliation_theirs',
    text: `select key, kind, provider_intent_id, ${AMOUNT}, currency from settlement_entries
      where run_id = $1 and in_window and key > $2 and kind <> 'payout'
        and not (kind in ('dispute', 'dispute_reversal') and ${isJudgedBySaying('$1', 'key')})
      order by key, entry_id limit $3`,
    values: [run.id, after, PAGE_ROWS],
  });
  const last = rows.at(-1)?.key;
  const isFull = rows.length === PAGE_ROWS;
  // The last key of a full page may go on behind it: it opens the next page.
  const whole = isFull && rows[0]?.key !== last ? rows.filter((row) => row.key !== last) : rows;
  const beside = await pool.query<TheirRow>({
    name: 'reconciliation_theirs_beside',
    text: BESIDE,
    values: [run.id, run.provider, [...new Set(whole.map(({ key }) => key))], run.from, run.to],
  });
  const items = [...whole, ...beside.rows].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return {
    items: items.map(toTheirs),
    judged: whole.length,
    after: isFull ? (whole.at(-1)?.key ?? null) : null,
  };
}

// What else is known to have moved under these keys, outside of the run's time: a refund that failed weeks later, a dispute
// that was won. What an earlier run has read of this time and this one has not is not there any more.
const BESIDE = `
  select key, kind, provider_intent_id, ${AMOUNT}, currency from settlement_entries
  where key = any($3) and provider = $2 and kind <> 'payout' and not (run_id = $1 and in_window)
    and (run_id = $1 or created_at < to_timestamp($4) or created_at >= to_timestamp($5))`;

/** What the run has read of these keys, in its window or beside it. */
export async function theirsOf(
  { pool }: Reader,
  runId: string,
  provider: ProviderName,
  keys: readonly string[],
) {
  const { rows } = await pool.query<TheirRow>({
    name: 'reconciliation_theirs_of',
    text: `select key, kind, provider_intent_id, ${AMOUNT}, currency from settlement_entries
      where key = any($3) and provider = $2 and run_id = $1 order by key, entry_id`,
    values: [runId, provider, keys],
  });
  return rows.map(toTheirs);
}

const toTheirs = (row: TheirRow): Theirs => ({
  key: row.key,
  kind: row.kind,
  providerIntentId: row.provider_intent_id,
  amount: { amountMinor: row.amount_minor, currency: row.currency },
});

interface OurRow {
  readonly key: string;
  readonly state: Ours['state'];
  readonly subject: Ours['subject'];
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly is_granted: boolean;
  readonly intent_id: string | null;
  readonly provider_intent_id: string | null;
}

// A payment is what its row, its posting and its intent say together; where they differ, the ledger is what we have.
const PAYMENTS = `
  select p.provider_payment_id as key, case when p.booked_as is null then 'seen' else 'booked' end as state,
    'payment' as subject, case when p.booked_as is not null then coalesce(-e.amount, 0) end as amount_minor,
    coalesce(e.unit, p.currency) as currency,
    p.booked_as is distinct from 'bought' or (i.status = 'succeeded' and g.id is not null) as is_granted,
    i.id as intent_id, i.provider_intent_id
  from intent_payments p
  join intents i on i.id = p.intent_id
  left join journal j on j.reference = p.provider || ':' || p.provider_payment_id
    and j.kind = case when p.booked_as = 'bought' and p.applied_at is null then 'receipt'
      when p.booked_as is not null then 'unapplied' end
  left join entries e on e.journal_id = j.id and e.account = 'clearing_' || p.provider
  left join journal g on g.reference = i.id and g.kind = 'grant'`;

const REFUNDS = `
  select r.provider_refund_id as key, 'booked' as state, 'refund' as subject,
    case r.status when 'failed' then 0 else -r.amount_minor end as amount_minor, r.currency, true as is_granted,
    i.id as intent_id, i.provider_intent_id
  from refunds r join intents i on i.id = r.intent_id`;

const OF_KEYS = `
  with paid as (${PAYMENTS} where p.provider_payment_id = any($2) and p.provider = $1),
  back as (${REFUNDS} where r.provider_refund_id = any($2) and r.provider = $1),
  disputed as (
    select d.provider_dispute_id as key, 'booked' as state, 'dispute' as subject, -d.withdrawn_minor as amount_minor,
      d.currency, true as is_granted, i.id as intent_id, i.provider_intent_id
    from disputes d join intents i on i.id = d.intent_id
    where d.provider_dispute_id = any($2) and d.provider = $1),
  known as (select * from paid union all select * from back union all select * from disputed),
  expected as (
    select a.key, 'expected', a.subject, null::bigint, null, true, i.id, i.provider_intent_id
    from unnest($2::text[], $3::text[], $4::text[]) a(key, provider_intent_id, subject)
    join (select * from intents where provider_intent_id = any($3) and provider = $1) i
      on i.provider_intent_id = a.provider_intent_id
    where a.key not in (select key from known))
  select * from known union all select * from expected order by key`;

/** What we know of these keys, at most one row for each. */
export async function oursOf(
  { pool }: Reader,
  provider: ProviderName,
  theirs: readonly Theirs[],
): Promise<Ours[]> {
  const first = new Map<string, Theirs>();
  for (const line of theirs) if (!first.has(line.key)) first.set(line.key, line);
  const lines = [...first.values()];
  const subjects = lines.map(({ kind }) => (kind.startsWith('refund') ? 'refund' : kind.split('_')[0]));
  const { rows } = await pool.query<OurRow>({
    name: 'reconciliation_ours_of',
    text: OF_KEYS,
    values: [provider, lines.map((line) => line.key), lines.map((line) => line.providerIntentId), subjects],
  });
  const keys = new Map(lines.map(({ key, kind }) => [key, subjectOf(kind)]));
  return withCorrections({ pool }, provider, rows.map(toOurs), keys);
}

/** Where a page of our own bookings starts: behind this time, in microseconds since 1970, and key. */
export type Place = readonly [table: 'payments' | 'refunds', atUs: string, key: string];

export interface Booked {
  readonly ours: readonly Ours[];
  /** Null: the table has been read. */
  readonly after: Place | null;
}

const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`;
const time = (parameter: string) => `timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond'`;
const BOOKED: Readonly<Record<Place[0], string>> = {
  payments: `${PAYMENTS.replace('select', `select ${micros('p.seen_at')} as at_us,`)}
    where p.provider = $1 and p.booked_as is not null and p.seen_at >= ${time('$2')} and p.seen_at < ${time('$3')}
      and (p.seen_at, p.provider_payment_id) > (${time('$4')}, $5) order by p.seen_at, p.provider_payment_id limit $6`,
  refunds: `${REFUNDS.replace('select', `select ${micros('r.created_at')} as at_us,`)}
    where r.provider = $1 and r.status = 'succeeded' and r.provider_refund_id is not null
      and r.created_at >= ${time('$2')} and r.created_at < ${time('$3')}
      and (r.created_at, r.provider_refund_id) > (${time('$4')}, $5)
      order by r.created_at, r.provider_refund_id limit $6`,
};

/** A page of what we booked in this time, in the order of its keys. */
export async function bookedAfter(
  { pool }: Reader,
  provider: ProviderName,
  window: SettlementWindow,
  [table, atUs, key]: Place,
): Promise<Booked> {
  const { rows } = await pool.query<OurRow & { at_us: bigint }>({
    name: `reconciliation_booked_${table}`,
    text: BOOKED[table],
    values: [provider, `${window.from}000000`, `${window.to}000000`, atUs, key, PAGE_ROWS],
  });
  const last = rows.length === PAGE_ROWS ? rows.at(-1) : undefined;
  const booked = rows.map(toOurs).sort((a, b) => (a.key < b.key ? -1 : 1));
  const keys = new Map(booked.map(({ key, subject }) => [key, subject]));
  const ours = await withCorrections({ pool }, provider, booked, keys);
  return { ours, after: last ? [table, last.at_us.toString(), last.key] : null };
}

const toOurs = (row: OurRow): Ours => ({
  key: row.key,
  state: row.state,
  subject: row.subject,
  amount: row.amount_minor === null ? null : { amountMinor: row.amount_minor, currency: row.currency ?? '' },
  isGranted: row.is_granted,
  intentId: row.intent_id,
  providerIntentId: row.provider_intent_id,
});
