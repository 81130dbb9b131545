// Holds disputes as a provider lists them against what we know of them, and reads those that differ: the event that told of
// the difference was lost, or is still to come. What is believed is the object's own read, because lists lag.
import type { IntentDeps } from '../intents/deps';
import type { ToRead } from '../intents/sweep-listed';
import type { Intent } from '../payments/intent.entity';
import type { ProviderDispute } from '../providers/dispute';
import type { Failure, ProviderIntent, ProviderName } from '../providers/provider';
import type { DisputeStatus } from './dispute.entity';
import { readDispute } from './read';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'settle'
>;

interface KnownRow {
  readonly nth: number;
  /** Null: the payment is of no intent of ours. */
  readonly intent_id: string | null;
  readonly status: DisputeStatus | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly withdrawn_minor: bigint | null;
  readonly needs_answer: boolean | null;
  readonly respond_by: Date | null;
}

const KNOWN = `
  select a.nth::integer as nth, coalesce(d.intent_id, p.intent_id, i.id) as intent_id, d.status, d.amount_minor, d.currency,
    d.withdrawn_minor, d.needs_answer, d.respond_by
  from unnest($2::text[], $3::text[], $4::text[]) with ordinality a(dispute_id, payment_id, provider_intent_id, nth)
  left join disputes d on d.provider_dispute_id = a.dispute_id and d.provider = $1
  left join intent_payments p on p.provider_payment_id = a.payment_id and p.provider = $1
  left join intents i on i.provider_intent_id = a.provider_intent_id and i.provider = $1
  order by a.nth`;

/** Which of these the gateway knows otherwise, or not at all; those of payments that are not ours are left out. */
export async function differingOf(
  { pool }: Pick<IntentDeps, 'pool'>,
  provider: ProviderName,
  listed: readonly ProviderDispute[],
): Promise<ToRead[]> {
  if (listed.length === 0) return [];
  const { rows } = await pool.query<KnownRow>(KNOWN, [
    provider,
    listed.map((dispute) => dispute.providerDisputeId),
    listed.map((dispute) => dispute.providerPaymentId),
    listed.map((dispute) => dispute.providerIntentId),
  ]);
  return rows.flatMap((row) => {
    const dispute = listed[row.nth - 1];
    if (!dispute || row.intent_id === null || !differs(row, dispute)) return [];
    return [{ intentId: row.intent_id, id: dispute.providerDisputeId }];
  });
}

const differs = (
  known: KnownRow,
  { status, amount, amountWithdrawnMinor, needsAnswer, respondBy }: ProviderDispute,
) =>
  known.status !== status ||
  known.needs_answer !== needsAnswer ||
  (known.respond_by?.getTime() ?? null) !== (respondBy === null ? null : respondBy * 1000) ||
  known.amount_minor !== amount.amountMinor ||
  known.currency !== amount.currency ||
  known.withdrawn_minor !== amountWithdrawnMinor;

/**
 * Reads the disputes of an intent's payments whose news has not come, and settles what the provider says.
 * @param object the provider's object of the intent, as it was just read.
 * @returns settled, with how many were read; the provider's failure when it could not tell.
 */
export async function lookForDisputes(
  deps: Needs,
  intent: Intent,
  object: ProviderIntent,
): Promise<{ readonly kind: 'settled'; readonly read: number } | Failure> {
  const provider = deps.providers.get(intent.provider);
  if (!provider) return { kind: 'misconfigured', message: `${intent.provider} is not enabled` };
  const listed = await provider.listDisputesOf(object, { timeoutMs: deps.providerTimeoutMs });
  if (listed.kind !== 'ok') return listed;
  const differing = await differingOf(deps, intent.provider, listed.value);
  for (const { id } of differing) {
    const read = await readDispute(deps, intent, id, []);
    if (read.kind !== 'settled') return read;
  }
  return { kind: 'settled', read: differing.length };
}
