// Finds what a crash, a slow provider or the clock left to be done, and carries it on: intents whose lease ran out, and
// intents whose time to pay ran out.
import { workEach } from '../jobs/quarantine';
import { advance } from './advance';
import type { IntentDeps } from './deps';
import { newLeaseToken } from './lease';
import { lookAgain } from './look-again';

type Needs = Pick<IntentDeps, 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'settle'>;

// Each holds a connection to the provider for a moment; more would only queue there.
const AT_ONCE = 16;

/** SQL: whether there may be such. */
export const INTENTS_ARE_DUE = `(
  (select true from intents where lease_until < (select instant()) order by lease_until limit 1)
  or (select true from intents where status = 'pending' and expires_at < (select instant())
    and expire_requested_at is null and cancel_requested_at is null order by expires_at limit 1))`;

/** One round. @returns how many intents were carried on. */
export async function recoverIntents(deps: Needs): Promise<number> {
  const token = newLeaseToken();
  const left = await deps.leases.takeOver(token, AT_ONCE);
  const carried = workEach(deps, 'recover-intents', left, idOf, async (intent) => {
    deps.log.info('intent.recovered', {
      intentId: intent.id,
      status: intent.status,
      tries: intent.leaseCount,
    });
    const carriedOn = await advance(deps, intent, token);
    // Nothing was left to do: its time to be looked at has come.
    if (carriedOn === intent && intent.providerIntentId !== null) await lookAgain(deps, intent, token);
  });
  // Both are looked after, whichever fails.
  const rounds = await Promise.allSettled([carried, endExpired(deps, token)]);
  for (const round of rounds) if (round.status === 'rejected') throw round.reason;
  return rounds.reduce((sum, round) => sum + (round.status === 'fulfilled' ? round.value : 0), 0);
}

async function endExpired(deps: Needs, token: string): Promise<number> {
  const ids = await deps.leases.findExpired(AT_ONCE);
  const worked = await workEach(deps, 'expire-intents', ids, String, async (id) => {
    const request = await deps.leases.requestEnd(id, 'expire', token);
    if (request.outcome === 'leased') await advance(deps, request.intent, token);
  });
  return worked;
}

const idOf = ({ id }: { readonly id: string }) => id;
