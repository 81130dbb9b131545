// A fee is booked with the line that took it. The provider may change it later, or take the line away: then it is a difference
// of its own, beside what moved.
import type pg from 'pg';
import type { ProviderName } from '../providers/provider';
import type { Difference } from './match';

interface FeeRow {
  readonly entry_id: string;
  readonly currency: string;
  readonly booked: bigint;
  readonly stated: bigint;
}

// Corrections count: what was settled is no difference any more.
const CHANGED = `
  select entry_id, currency, booked, stated from (
    select s.entry_id, s.currency, case when s.run_id = $1 then s.fee_minor else 0 end as stated,
      coalesce((select -sum(b.amount) from booked_of(s.provider, 'fee', s.entry_id) b where b.currency = s.currency), 0)::bigint
        as booked
    from settlement_entries s
    where s.key = any($3) and s.provider = $2 and s.booked_minor is not null and s.kind not in ('payout', 'fee', 'other')
      -- A line that this run has read, or one that an earlier run has read of the same thing, which is not there any more.
      and (s.run_id = $1 or $4)
      and (s.run_id <> $1 or s.fee_minor <> s.booked_minor or exists (select 1 from corrections c
        where c.key = s.entry_id and c.provider = s.provider and c.subject = 'fee'))
  ) f where stated <> booked order by entry_id`;

/**
 * Fees that are booked and that the run reads otherwise.
 * @param keys of what moved.
 * @param areGone the run has read nothing of these keys.
 */
export async function changedFees(
  { pool }: { readonly pool: pg.Pool },
  run: { readonly id: string; readonly provider: ProviderName },
  keys: readonly string[],
  areGone: boolean,
): Promise<Difference[]> {
  if (keys.length === 0) return [];
  const { rows } = await pool.query<FeeRow>({
    name: 'reconciliation_changed_fees',
    text: CHANGED,
    values: [run.id, run.provider, keys, areGone],
  });
  return rows.map(({ entry_id, currency, booked, stated }) => ({
    key: entry_id,
    subject: 'fee',
    kind: 'fee_mismatch',
    intentId: null,
    providerIntentId: null,
    ours: { amountMinor: booked, currency },
    theirs: { amountMinor: stated, currency },
  }));
}
