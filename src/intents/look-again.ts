// Looks at an intent from which nothing was heard for a while: its events may have been lost. An authorisation that the
// provider did not capture by itself is captured here, and only here.

import { readInstant } from '../db/instant';
import { factsOf } from '../payments/facts';
import type { Intent } from '../payments/intent.entity';
import type { ProviderIntent, ProviderPayment } from '../providers/provider';
import { putOff } from './advance';
import type { IntentDeps } from './deps';
import { readAndSettle } from './read';

type Needs = Pick<IntentDeps, 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'settle'>;

/** Reads and settles; captures what has stood authorised for long enough. @param token the lease that the caller holds. */
export async function lookAgain(deps: Needs, intent: Intent, token: string): Promise<void> {
  const note = { kind: 'provider_called' as const, data: { call: 'sweep' } };
  const result = await readAndSettle(deps, intent, { actor: 'provider', note });
  if (result.kind !== 'settled') return putOff(deps, intent, token, result);
  const waiting = authorisedLongAgo(result.object, await readInstant(deps.pool));
  if (waiting && result.intent.status === 'processing') await capture(deps, result.intent, waiting, token);
}

// Orders ask for automatic capture, which comes within seconds or not at all.
const AUTHORISED_SECONDS = 600;

function authorisedLongAgo(object: ProviderIntent, now: Date): ProviderPayment | null {
  const since = now.getTime() / 1000 - AUTHORISED_SECONDS;
  // Only one: a second capture on the same object would be money that buys nothing.
  if (object.payments.some((payment) => payment.status === 'captured')) return null;
  return (
    object.payments.find((payment) => payment.status === 'authorized' && payment.createdAt <= since) ?? null
  );
}

/** Under a lease, so that a process that dies here is followed by another one as after any other call. */
async function capture(deps: Needs, intent: Intent, payment: ProviderPayment, token: string): Promise<void> {
  const provider = deps.providers.get(intent.provider);
  if (!provider || !intent.providerIntentId || payment.amount.amountMinor !== intent.amountMinor) return;
  if (!(await deps.leases.retake(intent.id, token))) return;
  const readNumber = await deps.leases.beginRead(intent.id);
  const outcome = await provider.capturePayment(
    {
      providerIntentId: intent.providerIntentId,
      providerPaymentId: payment.providerPaymentId,
      amount: payment.amount,
    },
    // Made from the payment: whoever captures it again makes the same call, or is told that it was captured before.
    {
      idempotencyKey: `${payment.providerPaymentId}:capture`,
      timeoutMs: deps.providerTimeoutMs,
      about: intent,
    },
  );
  deps.log.info('payment.captured', { intentId: intent.id, kind: outcome.kind });
  // The next try reads again first, and so sees what became of this one.
  if (outcome.kind !== 'ok') return putOff(deps, intent, token, outcome);
  await deps.settle({
    intentId: intent.id,
    readNumber,
    object: outcome.value,
    facts: factsOf(outcome.value),
    actor: 'system',
    note: { kind: 'provider_called', data: { call: 'capture' } },
  });
}
