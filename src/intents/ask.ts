// Asks the provider about an intent now, because somebody waits for the answer.
import { isAudited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { notFound, RetryLaterProblem } from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import type { Failure, ProviderIntent } from '../providers/provider';
import type { IntentDeps } from './deps';
import { findIntent } from './find';
import { readAndSettle } from './read';

type Needs = Pick<
  IntentDeps,
  'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

export interface Asked {
  /** As it stood before. */
  readonly before: Intent;
  readonly intent: Intent;
  /** What the provider says; null when there is no object to ask about yet. */
  readonly object: ProviderIntent | null;
}

/**
 * Reads the object of an intent that the caller may see, and settles what the provider says.
 * @throws Problem NOT_FOUND, PROVIDER_UNAVAILABLE
 */
export async function askProvider(deps: Needs, caller: Caller, id: string): Promise<Asked> {
  const intent = await findIntent(deps, caller, id);
  if (!intent) throw notFound('The intent', ['input', 'id']);
  // Without an object there is nothing to ask about: whoever holds the lease is still making it.
  if (!intent.providerIntentId) return { before: intent, intent, object: null };
  const note = { kind: 'provider_called' as const, data: { call: 'sync', by: caller.id } };
  const asked = isAudited(caller) ? { asked: { by: caller, action: 'syncIntent' } } : {};
  const result = await readAndSettle(deps, intent, { actor: 'provider', note, ...asked });
  if (result.kind !== 'settled') throw unanswered(deps, intent, result);
  return { before: intent, intent: result.intent, object: result.object };
}

/** What to tell whoever waits, when the provider could not tell. */
export function unanswered(deps: Needs, { id, provider }: Intent, { kind }: Failure): RetryLaterProblem {
  deps.log.warn('provider.unanswered', { intentId: id, provider, kind });
  return new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider cannot be asked at the moment.', 5);
}
