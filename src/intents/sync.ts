import { isAudited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { notFound, RetryLaterProblem } from '../kernel/problems';
import type { IntentDeps } from './deps';
import { findIntent } from './find';
import type { Intent } from './intent.entity';
import { readAndSettle } from './read';

/**
 * Asks the provider now, for a browser that is back from a redirect before the webhook event came.
 * @throws Problem NOT_FOUND, PROVIDER_UNAVAILABLE
 */
export async function syncIntent(
  deps: IntentDeps,
  caller: Caller,
  input: { readonly id: string },
): Promise<Intent> {
  const intent = await findIntent(deps, caller, input.id);
  if (!intent) throw notFound('The intent', ['input', 'id']);
  // Without an object there is nothing to ask about: whoever holds the lease is still making it.
  if (!intent.providerIntentId) return intent;
  const note = { kind: 'provider_called' as const, data: { call: 'sync', by: caller.id } };
  const asked = isAudited(caller) ? { asked: { by: caller, action: 'syncIntent' } } : {};
  const result = await readAndSettle(deps, intent, { actor: 'provider', note, ...asked });
  if (result.kind === 'settled') return result.intent;
  deps.log.warn('provider.unanswered', { intentId: intent.id, provider: intent.provider, kind: result.kind });
  throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider cannot be asked at the moment.', 5);
}
