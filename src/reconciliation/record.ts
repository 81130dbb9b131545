// Writes down what a step of a run found.
import type { ProviderName } from '../providers/provider';
import type { ReconciliationDeps } from './deps';
import type { Difference } from './match';

/** What a run has found so far: kept with its checkpoint, and at the end as its result. */
export interface Findings {
  readonly matched: number;
  /** How many keys differ and nobody has explained why. */
  readonly broken: number;
  /** By how much the provider's books are above ours, in minor units by currency. */
  readonly differences: Readonly<Record<string, string>>;
}

export const NOTHING_FOUND: Findings = { matched: 0, broken: 0, differences: {} };

/**
 * Opens breaks, and books the fees of what agrees; a dry run only counts.
 * @param matched the keys on which both sides agree.
 */
export async function record(
  { pool, log }: Pick<ReconciliationDeps, 'pool' | 'log'>,
  run: { readonly id: string; readonly provider: ProviderName; readonly dryRun: boolean },
  before: Findings,
  differences: readonly Difference[],
  matched: readonly string[],
): Promise<Findings> {
  if (run.dryRun) return sum(before, differences, matched.length);
  const { rows } = await pool.query<{ key: string; is_explained: boolean }>({
    name: 'record_findings',
    text: 'select * from record_findings($1, $2, $3, $4)',
    values: [run.id, run.provider, JSON.stringify(differences.map(rowOf)), matched],
  });
  const explained = new Set(rows.filter((row) => row.is_explained).map((row) => row.key));
  const open = differences.filter(({ key }) => !explained.has(key));
  for (const { key, subject, kind, intentId } of open)
    log.warn('break.opened', { runId: run.id, provider: run.provider, subject, kind, key, intentId });
  return sum(before, open, matched.length + explained.size);
}

const rowOf = ({ key, subject, kind, intentId, providerIntentId, ours, theirs }: Difference) => ({
  key,
  subject,
  kind,
  intent: intentId,
  provider_intent: providerIntentId,
  ours: ours?.amountMinor.toString() ?? null,
  ours_currency: ours?.currency ?? null,
  theirs: theirs?.amountMinor.toString() ?? null,
  theirs_currency: theirs?.currency ?? null,
});

function sum(before: Findings, open: readonly Difference[], matched: number): Findings {
  const differences: Record<string, string> = { ...before.differences };
  const add = (currency: string, minor: bigint) => {
    differences[currency] = (BigInt(differences[currency] ?? 0) + minor).toString();
  };
  for (const { subject, ours, theirs } of open) {
    const sign = subject === 'payment' ? 1n : -1n;
    if (theirs) add(theirs.currency, sign * theirs.amountMinor);
    if (ours) add(ours.currency, -sign * ours.amountMinor);
  }
  return { matched: before.matched + matched, broken: before.broken + open.length, differences };
}
