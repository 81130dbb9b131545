// Events about what no intent here is known of: they overtook the answer that made its object, or they are of somebody else who uses
// the same account.

import type { IntentDeps } from '../intents/deps';
import { isIntentId, isOurName, type Named, whoseIs } from '../intents/whose';
import type { SecretBox } from '../kernel/secret-box';
import { type End, foreign, parked, unread } from './ends';
import type { WebhookEvent } from './event.entity';
import { bodiesOf } from './find';

interface Needs {
  readonly intents: Pick<IntentDeps, 'gatewayIds' | 'pool' | 'providers' | 'providerTimeoutMs'>;
  /** Opens the bodies of events. */
  readonly secrets: SecretBox;
}

/** So long a provider may not know of what it has just told of: five looks are a few minutes. */
const LOOKS_MAX = 5;

/** @returns how an event ends that is about this */
export async function endOfUnknown(
  { intents, secrets }: Needs,
  events: readonly WebhookEvent[],
  named: Named,
): Promise<(event: WebhookEvent) => End> {
  const [first] = events;
  const provider = first && intents.providers.get(first.provider);
  // What claims to be ours is waited for, and nobody is asked.
  if (!provider || events.some(({ intentId }) => isIntentId(intentId))) return parked;
  const bodies = await bodiesOf(
    { pool: intents.pool, secrets },
    events.map(({ id }) => id),
  );
  // The provider signed what another gateway wrote: its own words are enough. As many events as that one has come here.
  if (bodies.some((body) => body && !isOurName(intents.gatewayIds, provider.subjectOf(body).gatewayId)))
    return foreign;
  if (named.providerIntentId === null && named.providerPaymentId === null) return parked;
  const whose = await whoseIs(intents, provider, named);
  if (whose.kind === 'ours') return parked;
  if (whose.kind === 'foreign') return foreign;
  if (whose.kind === 'not_there')
    return (event) => (event.attemptCount + 1 >= LOOKS_MAX ? foreign() : parked(event));
  return (event) => unread(event, null, whose);
}
