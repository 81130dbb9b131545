// Asks the provider where a dispute stands and settles what it says.
import type { IntentDeps } from '../intents/deps';
import { readAndSettle } from '../intents/read';
import type { Intent } from '../payments/intent.entity';
import type { ProviderDispute } from '../providers/dispute';
import type { Failure } from '../providers/provider';
import { type DisputeOutcome, settleDispute } from './settle';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'settle'
>;

export type DisputeRead = { readonly kind: 'settled'; readonly outcome: DisputeOutcome } | Failure;

// As for payments: a reading is stale only when a later one was applied meanwhile.
const READS_MAX = 4;

/** @returns what the provider has; its failure when it could not tell. */
export async function getDispute(
  deps: Needs,
  provider: Intent['provider'],
  providerDisputeId: string,
): Promise<{ readonly kind: 'ok'; readonly value: ProviderDispute } | Failure> {
  const adapter = deps.providers.get(provider);
  return adapter
    ? adapter.getDispute(providerDisputeId, { timeoutMs: deps.providerTimeoutMs })
    : { kind: 'misconfigured', message: `${provider} is not enabled` };
}

/**
 * Reads a dispute of a payment on this intent and settles it. A payment that is not booked yet is read first: news of a
 * dispute may overtake the news of its payment.
 */
export async function readDispute(
  deps: Needs,
  intent: Intent,
  providerDisputeId: string,
  notes: readonly object[],
): Promise<DisputeRead> {
  let outcome: DisputeOutcome = 'stale';
  let isPaymentRead = false;
  for (let reads = 1; outcome === 'stale' && reads <= READS_MAX; reads++) {
    const readNumber = await deps.leases.beginRead(intent.id);
    const read = await getDispute(deps, intent.provider, providerDisputeId);
    if (read.kind !== 'ok') return read;
    ({ outcome } = await settleDispute(deps, { intent, readNumber, object: read.value, notes }));
    if (outcome === 'not_paid' && !isPaymentRead) {
      const payment = await readAndSettle(deps, intent, { actor: 'provider', note: null });
      if (payment.kind !== 'settled') return payment;
      isPaymentRead = true;
      outcome = 'stale';
    }
  }
  return { kind: 'settled', outcome };
}
