// Asks the provider where one refund stands, and settles it: a refund that has failed may be on no other reading.
import type { IntentDeps } from '../intents/deps';
import { refundFact } from '../payments/facts';
import type { Intent } from '../payments/intent.entity';
import type { Reading } from '../payments/settle';
import type { Failure } from '../providers/provider';

type Needs = Pick<IntentDeps, 'providerTimeoutMs' | 'providers' | 'settle'>;

/**
 * Reads a refund of an intent's payment and settles what it says.
 * @returns settled, or why the provider could not tell.
 */
export async function readRefund(
  deps: Needs,
  intent: Intent,
  providerRefundId: string,
  notes: Pick<Reading, 'note' | 'moreNotes'>,
): Promise<{ readonly kind: 'settled' } | Failure> {
  const provider = deps.providers.get(intent.provider);
  if (!provider) return { kind: 'misconfigured', message: `${intent.provider} is not enabled` };
  const outcome = await provider.getRefund(providerRefundId, null, {
    timeoutMs: deps.providerTimeoutMs,
    about: intent,
  });
  if (outcome.kind !== 'ok') return outcome;
  await deps.settle({
    intentId: intent.id,
    readNumber: null,
    object: null,
    facts: [refundFact(outcome.value)],
    actor: 'provider',
    ...notes,
  });
  return { kind: 'settled' };
}
