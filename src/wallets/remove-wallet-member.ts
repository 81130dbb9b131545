import type { Caller } from '../callers/caller';
import { inTransaction } from '../db/transaction';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { Fault } from '../kernel/invariant';
import { notFound } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { checkMemberId } from './create-wallet';
import { findWallet } from './find';
import type { MembershipDeps } from './membership';
import { managerMeant, refusedChange } from './set-wallet-member';
import type { SharedWallet } from './shared-wallet.entity';

interface Needs extends MembershipDeps {
  readonly hub: Hub;
  readonly log: Logger;
}

/**
 * Ends a membership at once: the next call, the next event of a stream and keys that are bound to it find no wallet any more. What
 * was spent stays, limits of the member go, open holds live on. A member may leave; the last owner may not.
 * @returns the wallet; null: the caller has left it
 * @throws Problem NOT_FOUND for who does not belong to the wallet, INVALID_INPUT, INVALID_STATE as setWalletMember
 */
export async function removeWalletMember(
  deps: Needs,
  caller: Caller,
  { walletId, userId }: { readonly walletId: string; readonly userId: string },
): Promise<SharedWallet | null> {
  const wallet = await findWallet(deps, caller, walletId);
  const by = managerMeant(caller);
  if (!wallet || by === undefined) throw notFound('The wallet', ['input', 'walletId']);
  checkMemberId(userId, 'userId');
  const { rows } = await inTransaction(deps.pool, (client) =>
    client.query<{ outcome: Outcome }>('select remove_wallet_member($1, $2, $3, $4) as outcome', [
      ...[walletId, userId, by, caller.id],
    ]),
  );
  const outcome = rows[0]?.outcome;
  if (outcome === undefined) throw new Fault(`A member of ${walletId} got no answer`);
  if (outcome === 'unchanged') return wallet;
  if (outcome !== 'removed') throw refusedChange(outcome);
  deps.hub.publish([walletSubject(walletId)]);
  deps.log.info('wallet.member_removed', { walletId, userId, actor: caller.id });
  return by === userId ? null : wallet;
}

type Outcome = 'removed' | 'unchanged' | 'not_found' | 'not_allowed' | 'last_owner';
