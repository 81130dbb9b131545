// Finds what a crash, a slow provider or the clock left to be done, and carries it on: intents whose lease ran out, and
// intents whose time to pay ran out.
import { advance } from './advance';
import type { IntentDeps } from './deps';
import { newLeaseToken } from './lease';
import { lookAgain } from './look-again';

// Each holds a connection to the provider for a moment; more would only queue there.
const AT_ONCE = 16;

/** One round. @returns how many intents were carried on. */
export async function recoverIntents(deps: IntentDeps): Promise<number> {
  const token = newLeaseToken();
  const left = await deps.leases.takeOver(token, AT_ONCE);
  const carried = left.map(async (intent) => {
    deps.log.info('intent.recovered', {
      intentId: intent.id,
      status: intent.status,
      tries: intent.leaseCount,
    });
    const carriedOn = await advance(deps, intent, token);
    // Nothing was left to do: its time to be looked at has come.
    if (carriedOn === intent && intent.providerIntentId !== null) await lookAgain(deps, intent, token);
  });
  const expired = (await deps.leases.findExpired(AT_ONCE)).map(async (id) => {
    const request = await deps.leases.requestEnd(id, 'expire', token);
    if (request.outcome === 'leased') await advance(deps, request.intent, token);
  });
  const results = await Promise.allSettled([...carried, ...expired]);
  for (const result of results)
    if (result.status === 'rejected')
      deps.log.error('intent.recovery_failed', { error: String(result.reason) });
  return results.length;
}
