// Payouts are judged by what they were made of: the net of their parts is what went to the bank. One that the provider
// lists, or that a line says it was paid out with, must itself be in the books.
import type { ProviderName } from '../providers/provider';
import type { ReconciliationDeps } from './deps';
import type { Difference } from './match';

// Each is a call to the provider, and a sum over what it was made of.
const PAYOUTS_AT_ONCE = 500;

/** Payouts that the run's entries name or the provider listed for it, in the order of their ids. */
export async function payoutsAfter(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  runId: string,
  after: string,
): Promise<string[]> {
  const { rows } = await pool.query<{ payout_id: string }>({
    name: 'reconciliation_payouts',
    text: `(select distinct payout_id from settlement_entries
        where run_id = $1 and in_window and payout_id is not null and payout_id > $2 order by payout_id limit $3)
      union
      (select payout_id from listed_payouts where run_id = $1 and payout_id > $2 order by payout_id limit $3)
      order by payout_id limit $3`,
    values: [runId, after, PAYOUTS_AT_ONCE],
  });
  return rows.map((row) => row.payout_id);
}

interface PayoutRow {
  readonly payout_id: string;
  readonly currency: string;
  /** The net of its parts; null when nobody can say what they are. */
  readonly parts: bigint | null;
  /** What left our balance there for the bank; null when the provider's books have no such payout. */
  readonly stated: bigint | null;
  /** What the provider's list of payouts says went to the bank; null where it is not listed. */
  readonly listed: bigint | null;
  /** What our ledger has; null when it was never booked. */
  readonly booked: bigint | null;
  /** Of the parts: what is of somebody else who uses the same account. */
  readonly foreign: bigint;
}

/** Says of each payout whether it is in the provider's books and its parts add up. */
export async function judgePayouts(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  run: { readonly id: string; readonly provider: ProviderName },
  ids: readonly string[],
): Promise<{ readonly matched: readonly string[]; readonly differences: readonly Difference[] }> {
  const { rows } = await pool.query<PayoutRow>({
    name: 'reconciliation_payout_sums',
    text: `with lines as (
        select payout_id, kind, currency, net_minor, run_id, is_foreign from settlement_entries
        where payout_id = any($2) and provider = $1
        union all
        -- The money of a payout that failed, to the one that takes it along.
        select part_of, 'returned', currency, net_minor, run_id, is_foreign from settlement_entries
        where part_of = any($2) and provider = $1
      ), named as (
        select payout_id, min(currency) as currency, (sum(net_minor) filter (where kind <> 'payout'))::bigint as parts,
          -- What an earlier run has read and this one has not is not there any more.
          (-sum(net_minor) filter (where kind = 'payout' and run_id = $3))::bigint as stated,
          (sum(net_minor) filter (where is_foreign))::bigint as foreign
        from lines group by payout_id
      ), listed as (
        select payout_id, currency, amount_minor from listed_payouts
        where payout_id = any($2) and provider = $1 and run_id = $3
      )
      select payout_id, coalesce(n.currency, l.currency) as currency, n.parts, n.stated, l.amount_minor as listed,
        coalesce(n.foreign, 0) as foreign,
        case when exists (select 1 from journal where reference = $1 || ':' || payout_id and kind = 'payout')
          then coalesce((select -sum(b.amount) from booked_of($1, 'payout', payout_id) b), 0)::bigint end as booked
      from named n full join listed l using (payout_id) order by payout_id`,
    values: [run.provider, ids, run.id],
  });
  const isSound = ({ parts, stated, booked, foreign }: PayoutRow) =>
    stated !== null &&
    (parts === null || parts === stated) &&
    (booked === null || booked === stated - foreign);
  return {
    matched: rows.filter(isSound).map((row) => row.payout_id),
    differences: rows.filter((row) => !isSound(row)).map(differenceOf),
  };
}

/** Of what somebody else's money was in, only what is ours is shown and booked. */
function differenceOf({ payout_id, currency, foreign, ...row }: PayoutRow): Difference {
  const ofUs = (minor: bigint | null) => (minor === null ? null : minor - foreign);
  const { booked } = row;
  const [parts, stated, listed] = [ofUs(row.parts), ofUs(row.stated), ofUs(row.listed)];
  // One that adds up and was booked before differs from what was booked.
  const ours = (parts === stated ? booked : null) ?? parts ?? listed;
  return {
    key: payout_id,
    subject: 'payout',
    kind: stated === null ? 'missing_at_provider' : 'payout_mismatch',
    intentId: null,
    providerIntentId: null,
    ours: ours === null ? null : { amountMinor: ours, currency },
    theirs: stated === null ? null : { amountMinor: stated, currency },
  };
}

/** Payouts of the window that we booked and that nothing at the provider names any more. */
export async function vanishedPayouts(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  run: { readonly id: string; readonly provider: ProviderName; readonly from: number; readonly to: number },
): Promise<Difference[]> {
  const { rows } = await pool.query<{ payout_id: string; currency: string; paid: bigint }>(
    `select payout_id, currency, coalesce(booked_minor, -net_minor) as paid from settlement_entries s
     where provider = $1 and kind = 'payout' and journal_id is not null and run_id <> $2
       and created_at >= to_timestamp($3) and created_at < to_timestamp($4)
       -- Whatever still names it has brought it before the judge already.
       and not exists (select 1 from listed_payouts l where l.run_id = $2 and l.payout_id = s.payout_id)
       and not exists (select 1 from settlement_entries p
         where p.run_id = $2 and p.in_window and p.payout_id = s.payout_id)
     order by payout_id`,
    [run.provider, run.id, run.from, run.to],
  );
  return rows.map(({ payout_id, currency, paid }) => ({
    key: payout_id,
    subject: 'payout',
    kind: 'missing_at_provider',
    intentId: null,
    providerIntentId: null,
    ours: { amountMinor: paid, currency },
    theirs: null,
  }));
}
