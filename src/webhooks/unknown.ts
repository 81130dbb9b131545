// Events about what no intent here is known of: they overtook the answer that made its object, or they are of somebody else who uses
// the same account.

import type { IntentDeps } from '../intents/deps';
import { isMadeByGateway, type Named, whoseIs } from '../intents/whose';
import { type End, foreign, parked, unread } from './ends';
import type { WebhookEvent } from './event.entity';

/** So long a provider may not know of what it has just told of: five looks are a few minutes. */
const LOOKS_MAX = 5;

/** @returns how an event ends that is about this */
export async function endOfUnknown(
  deps: Pick<IntentDeps, 'providers' | 'providerTimeoutMs'>,
  events: readonly WebhookEvent[],
  named: Named,
): Promise<(event: WebhookEvent) => End> {
  const [first] = events;
  const provider = first && deps.providers.get(first.provider);
  // What claims to be ours is waited for, and nobody is asked.
  if (!provider || events.some(({ intentId }) => isMadeByGateway({ ourIntentId: intentId }))) return parked;
  if (named.providerIntentId === null && named.providerPaymentId === null) return parked;
  const whose = await whoseIs(deps, provider, named);
  if (whose.kind === 'ours') return parked;
  if (whose.kind === 'foreign') return foreign;
  if (whose.kind === 'not_there')
    return (event) => (event.attemptCount + 1 >= LOOKS_MAX ? foreign() : parked(event));
  return (event) => unread(event, null, whose);
}
