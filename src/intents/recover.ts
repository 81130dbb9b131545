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
  const carried = each(left, async (intent) => {
    deps.log.info('intent.recovered', {
      intentId: intent.id,
      status: intent.status,
      tries: intent.leaseCount,
    });
    const carriedOn = await advance(deps, intent, token);
    // Nothing was left to do: its time to be looked at has come.
    if (carriedOn === intent && intent.providerIntentId !== null) await lookAgain(deps, intent, token);
  });
  // While those are under way; each of them is looked after already, whatever becomes of this read.
  const expired = deps.leases.findExpired(AT_ONCE).then((ids) =>
    each(ids, async (id) => {
      const request = await deps.leases.requestEnd(id, 'expire', token);
      if (request.outcome === 'leased') await advance(deps, request.intent, token);
    }),
  );
  const rounds = await Promise.allSettled([carried, expired]);
  const results = rounds.flatMap((round) => (round.status === 'fulfilled' ? round.value : [round]));
  for (const result of results)
    if (result.status === 'rejected')
      deps.log.error('intent.recovery_failed', { error: String(result.reason) });
  // What failed waits for its time: who looked again at once would find it at once.
  return results.filter(({ status }) => status === 'fulfilled').length;
}

/** How each ended. Nothing is left without somebody who hears how it ended. */
const each = <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) =>
  Promise.allSettled(items.map(work));
