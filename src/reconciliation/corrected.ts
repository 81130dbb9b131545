// What our ledger has of something that a person has corrected: the corrections count as what they correct does.
import type pg from 'pg';
import type { ProviderName } from '../providers/provider';
import type { BreakSubject, Ours } from './match';

interface CorrectedRow {
  readonly key: string;
  readonly intent_id: string | null;
  readonly provider_intent_id: string | null;
  /** One for each currency in which something is left. */
  readonly currencies: readonly string[];
  readonly amounts: readonly string[];
}

const CORRECTED = `
  select c.key, b.intent_id, b.provider_intent_id,
    coalesce(array_agg(t.currency) filter (where t.currency is not null), '{}') as currencies,
    coalesce(array_agg(t.amount::text) filter (where t.currency is not null), '{}') as amounts
  from (select distinct c.key, c.subject from corrections c
    join unnest($2::text[], $3::text[]) a(key, subject) on a.key = c.key and a.subject = c.subject
    where c.provider = $1 and c.key = any($2)) c
  left join lateral booked_of($1, c.subject, c.key) t on true
  left join lateral (select intent_id, provider_intent_id from breaks
    where provider_entry_id = c.key and provider = $1 and subject = c.subject order by id limit 1) b on true
  group by c.key, b.intent_id, b.provider_intent_id`;

/**
 * Ours, in the order of their keys, with what was corrected.
 * @param subjects what each key is about.
 */
export async function withCorrections(
  { pool }: { readonly pool: pg.Pool },
  provider: ProviderName,
  ours: readonly Ours[],
  subjects: ReadonlyMap<string, BreakSubject>,
): Promise<Ours[]> {
  const { rows } = await pool.query<CorrectedRow>({
    name: 'reconciliation_corrected',
    text: CORRECTED,
    values: [provider, [...subjects.keys()], [...subjects.values()]],
  });
  if (rows.length === 0) return [...ours];
  const items = new Map(ours.map((item) => [item.key, item]));
  for (const row of rows) items.set(row.key, corrected(row, items.get(row.key), subjects.get(row.key)));
  return [...items.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function corrected(row: CorrectedRow, known: Ours | undefined, subject: BreakSubject | undefined): Ours {
  // What is left in two currencies differs from anything in one.
  const at = Math.max(
    row.currencies.findIndex((currency) => currency !== known?.amount?.currency),
    0,
  );
  const amount = {
    amountMinor: BigInt(row.amounts[at] ?? 0),
    currency: row.currencies[at] ?? known?.amount?.currency ?? '',
  };
  const fresh = {
    key: row.key,
    subject: subject as Ours['subject'],
    isGranted: true,
    intentId: row.intent_id,
    providerIntentId: row.provider_intent_id,
  };
  return { ...fresh, ...known, state: 'booked', amount };
}
