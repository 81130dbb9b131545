// For whom a purchase is: oneself, or a shared wallet of which one is an owner or a manager; a back end buys for anybody.
import { type Caller, hasRole, servesEveryone } from '../callers/caller';
import { isSharedWalletId } from '../kernel/ids';
import { invalidInput, notFound } from '../kernel/problems';
import { checkOneNamed, isPossibleUserId, type WalletNamed, walletMeant } from '../wallets/meant';
import type { MembershipDeps } from '../wallets/membership';

interface Bought extends WalletNamed {
  readonly idempotencyKey?: string | null;
}

/**
 * The user, or the shared wallet, that a purchase is for.
 * @throws Problem INVALID_INPUT, NOT_FOUND for a wallet that the caller may not buy for
 */
export async function buyerMeant(deps: MembershipDeps, caller: Caller, input: Bought): Promise<string> {
  const { userId, walletId = null } = input;
  if (walletId !== null && isSharedWalletId(walletId)) {
    await walletMeant(deps, caller, input, 'manager');
    // Operators look after purchases, and make none.
    if (caller.role !== 'user' && !hasRole(caller, 'service'))
      throw notFound('The wallet', ['input', 'walletId']);
    if ((input.idempotencyKey ?? null) === null)
      throw invalidInput(
        'A purchase for a shared wallet has a key: without one the open purchase of another member is found.',
        'idempotencyKey',
      );
    return walletId;
  }
  checkOneNamed(input);
  // Everybody's own wallet has their id.
  if (walletId !== null) return buyerMeant(deps, caller, { ...input, userId: walletId, walletId: null });
  if (hasRole(caller, 'service')) {
    if (!userId || !isPossibleUserId(userId))
      throw invalidInput('A service says for which user it buys, in 1 to 255 characters.', 'userId');
    if (!servesEveryone(caller) || isSharedWalletId(userId)) throw notFound('The user', ['input', 'userId']);
    return userId;
  }
  if (userId && userId !== caller.id) throw invalidInput('Only a service buys for another user.', 'userId');
  return caller.id;
}
