import { type Caller, servesEveryone } from '../callers/caller';
import { inTransaction } from '../db/transaction';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { Fault } from '../kernel/invariant';
import { InvalidStateProblem, invalidInput, notFound, type Problem } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { checkMemberId } from './create-wallet';
import { findWallet, MEMBERS_MAX } from './find';
import type { MembershipDeps } from './membership';
import type { SharedWallet, WalletRole } from './shared-wallet.entity';

interface Needs extends MembershipDeps {
  readonly hub: Hub;
  readonly log: Logger;
}

export interface SetWalletMemberInput {
  readonly walletId: string;
  readonly userId: string;
  readonly role: WalletRole;
}

/**
 * Makes a user a member of a shared wallet, or gives a member another role. A back end does it for every wallet, an owner for
 * theirs, a manager for those who are members there and no more. A second time it changes nothing and answers alike.
 * @throws Problem NOT_FOUND for who does not belong to the wallet, INVALID_INPUT, INVALID_STATE where the caller may not, and for
 *   the last owner
 */
export async function setWalletMember(
  deps: Needs,
  caller: Caller,
  { walletId, userId, role }: SetWalletMemberInput,
): Promise<SharedWallet> {
  const wallet = await findWallet(deps, caller, walletId);
  const by = managerMeant(caller);
  if (!wallet || by === undefined) throw notFound('The wallet', ['input', 'walletId']);
  checkMemberId(userId, 'userId');
  const { rows } = await inTransaction(deps.pool, (client) =>
    client.query<{ outcome: Outcome }>('select set_wallet_member($1, $2, $3, $4, $5, $6) as outcome', [
      ...[walletId, userId, role],
      ...[by, caller.id, MEMBERS_MAX],
    ]),
  );
  const outcome = rows[0]?.outcome;
  if (outcome === undefined) throw new Fault(`A member of ${walletId} got no answer`);
  if (outcome === 'unchanged') return wallet;
  if (outcome !== 'set') throw refusedChange(outcome);
  deps.hub.publish([walletSubject(walletId)]);
  deps.log.info('wallet.member_set', { walletId, userId, role, actor: caller.id });
  return wallet;
}

/** Who changes members: null, a back end, which may at every wallet; undefined: nobody who may at any. */
export function managerMeant(caller: Caller): string | null | undefined {
  if (servesEveryone(caller)) return null;
  return caller.role === 'user' ? caller.id : undefined;
}

type Refused = 'not_found' | 'not_allowed' | 'last_owner' | 'too_many';
type Outcome = 'set' | 'unchanged' | Refused;

export function refusedChange(outcome: Refused): Problem {
  switch (outcome) {
    case 'not_found':
      return notFound('The wallet', ['input', 'walletId']);
    case 'not_allowed':
      return new InvalidStateProblem(
        'An owner changes who belongs to the wallet, and a manager those who are members and no more.',
        'not_allowed',
        [],
      );
    case 'last_owner':
      return new InvalidStateProblem(
        'A wallet has an owner: make somebody else one before.',
        'last_owner',
        [],
      );
    case 'too_many':
      return invalidInput(`A wallet has at most ${MEMBERS_MAX} members.`, 'userId');
  }
}
