// Asks the provider where a warning stands and has done about it what there is to do.
import type { IntentDeps } from '../intents/deps';
import { readAndSettle } from '../intents/read';
import type { Intent } from '../payments/intent.entity';
import type { Failure } from '../providers/provider';
import type { ProviderWarning } from '../providers/warning';
import { type FraudNews, type FraudOutcome, warned } from './warned';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'risk' | 'settle'
>;

export type WarningRead = { readonly kind: 'settled'; readonly outcome: FraudOutcome } | Failure;

/**
 * Reads a warning of a payment on this intent. A payment that is not booked yet is read first: news of a warning may overtake the
 * news of its payment.
 * @returns the provider's failure when it could not tell.
 */
export async function readWarning(
  deps: Needs,
  intent: Intent,
  providerWarningId: string,
): Promise<WarningRead> {
  const adapter = deps.providers.get(intent.provider);
  if (!adapter) return { kind: 'misconfigured', message: `${intent.provider} is not enabled` };
  const read = await adapter.getWarning(providerWarningId, { timeoutMs: deps.providerTimeoutMs });
  if (read.kind !== 'ok') return read;
  const news = newsOf(intent, read.value);
  if (!news) return { kind: 'settled', outcome: 'not_paid' };
  const outcome = await warned(deps, news);
  if (outcome !== 'not_paid') return { kind: 'settled', outcome };
  const payment = await readAndSettle(deps, intent, { actor: 'provider', note: null });
  if (payment.kind !== 'settled') return payment;
  return { kind: 'settled', outcome: await warned(deps, news) };
}

/** Null for a warning about no payment. */
function newsOf({ provider }: Intent, warning: ProviderWarning): FraudNews | null {
  const { providerPaymentId, isActionable } = warning;
  if (providerPaymentId === null) return null;
  const ofReview = isActionable ? 'review_opened' : 'review_closed';
  return {
    provider,
    providerPaymentId,
    kind: warning.kind === 'provider_review' ? ofReview : warning.kind,
    providerId: warning.providerWarningId,
    isActionable,
    reason: warning.reason,
    closedReason: warning.closedReason,
    at: new Date(warning.createdAt * 1000),
  };
}
