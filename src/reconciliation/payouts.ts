// Payouts are judged by what they were made of: the net of their parts is what went to the bank.
import type { ProviderName } from '../providers/provider';
import type { ReconciliationDeps } from './deps';
import type { Difference } from './match';

// Each is a call to the provider, and a sum over what it was made of.
const PAYOUTS_AT_ONCE = 500;

/** Payouts that the run's entries name, in the order of their ids. */
export async function payoutsAfter(
  { pool }: ReconciliationDeps,
  runId: string,
  after: string,
): Promise<string[]> {
  const { rows } = await pool.query<{ payout_id: string }>({
    name: 'reconciliation_payouts',
    text: `select distinct payout_id from settlement_entries
      where run_id = $1 and in_window and payout_id is not null and payout_id > $2 order by payout_id limit $3`,
    values: [runId, after, PAYOUTS_AT_ONCE],
  });
  return rows.map((row) => row.payout_id);
}

interface PayoutRow {
  readonly payout_id: string;
  readonly currency: string;
  /** The net of its parts; null when nobody can say what they are. */
  readonly parts: bigint | null;
  /** What the provider says went to the bank; null when it knows no such payout. */
  readonly stated: bigint | null;
}

/** Says of each payout whether its parts add up. */
export async function judgePayouts(
  { pool }: ReconciliationDeps,
  provider: ProviderName,
  ids: readonly string[],
): Promise<{ readonly matched: readonly string[]; readonly differences: readonly Difference[] }> {
  const { rows } = await pool.query<PayoutRow>({
    name: 'reconciliation_payout_sums',
    text: `select payout_id, min(currency) as currency, (sum(net_minor) filter (where kind <> 'payout'))::bigint as parts,
        (-sum(net_minor) filter (where kind = 'payout'))::bigint as stated
      from settlement_entries where payout_id = any($2) and provider = $1 group by payout_id order by payout_id`,
    values: [provider, ids],
  });
  const isSound = ({ parts, stated }: PayoutRow) => stated !== null && (parts === null || parts === stated);
  return {
    matched: rows.filter(isSound).map((row) => row.payout_id),
    differences: rows.filter((row) => !isSound(row)).map(differenceOf),
  };
}

const differenceOf = ({ payout_id, currency, parts, stated }: PayoutRow): Difference => ({
  key: payout_id,
  subject: 'payout',
  kind: 'payout_mismatch',
  intentId: null,
  providerIntentId: null,
  ours: parts === null ? null : { amountMinor: parts, currency },
  theirs: stated === null ? null : { amountMinor: stated, currency },
});

/** Payouts of the window that we booked and that the provider no longer has. */
export async function vanishedPayouts(
  { pool }: ReconciliationDeps,
  run: { readonly id: string; readonly provider: ProviderName; readonly from: number; readonly to: number },
): Promise<Difference[]> {
  const { rows } = await pool.query<{ payout_id: string; currency: string; paid: bigint }>(
    `select payout_id, currency, -net_minor as paid from settlement_entries
     where provider = $1 and kind = 'payout' and journal_id is not null and run_id <> $2
       and created_at >= to_timestamp($3) and created_at < to_timestamp($4) order by payout_id`,
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
