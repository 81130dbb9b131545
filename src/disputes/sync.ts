import type { Caller } from '../callers/caller';
import { type Asked, askProvider, unanswered } from '../intents/ask';
import type { IntentDeps } from '../intents/deps';
import type { Intent } from '../payments/intent.entity';
import { lookForDisputes } from './look';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

/**
 * Asks the provider now, for a browser that is back from a redirect before the webhook event came. Of a payment that was
 * over before, its disputes are looked for as well: their events may have been lost.
 * @throws Problem NOT_FOUND, PROVIDER_UNAVAILABLE
 */
export async function syncIntent(
  deps: Needs,
  caller: Caller,
  input: { readonly id: string },
): Promise<Intent> {
  const asked = await askProvider(deps, caller, input.id);
  if (!asked.object || !mayBeDisputed(asked)) return asked.intent;
  const found = await lookForDisputes(deps, asked.intent, asked.object);
  if (found.kind !== 'settled') throw unanswered(deps, asked.intent, found);
  return found.read === 0 ? asked.intent : ((await deps.readIntent(asked.intent.id)) ?? asked.intent);
}

/** Nobody disputes a payment in the minute in which it is made: who waits for one is not made to wait for that as well. */
const mayBeDisputed = ({ before, object }: Asked) =>
  before.status !== 'pending' &&
  before.status !== 'processing' &&
  object?.payments.some((payment) => payment.status === 'captured');
