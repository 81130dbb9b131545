// Whose credits an input means: those of a user, or of a wallet that several share. Left out, the caller's own; never guessed.
import { type Caller, mayReach, maySpendFor } from '../callers/caller';
import { isSharedWalletId } from '../kernel/ids';
import { invalidInput, notFound } from '../kernel/problems';
import { type MembershipDeps, standingOf } from './membership';
import { includesRole, type WalletRole } from './shared-wallet.entity';

const USER_ID_MAX = 255;

export const isPossibleUserId = (userId: string): boolean =>
  userId.length > 0 && userId.length <= USER_ID_MAX && !userId.includes('\0');

/** As an input names it: at most one of the two. */
export interface WalletNamed {
  readonly userId?: string | null;
  /** Of a shared wallet; a user's own has the user's id. */
  readonly walletId?: string | null;
}

/** Whose credits are meant: the user that is named, else the caller. @throws Problem NOT_FOUND, for a shared wallet too */
export function ownerMeant(caller: Caller, named: string | null | undefined): string {
  const userId = named ?? caller.id;
  if (!isPossibleUserId(userId) || isSharedWalletId(userId) || !mayReach(caller, userId))
    throw notFound('The user', ['input', 'userId']);
  return userId;
}

/** Whose credits are to be spent or held. @throws Problem NOT_FOUND, for operators too who name somebody else */
export function spenderMeant(caller: Caller, named: string | null | undefined): string {
  const userId = ownerMeant(caller, named);
  if (!maySpendFor(caller, userId)) throw notFound('The user', ['input', 'userId']);
  return userId;
}

/**
 * The id under which the credits are kept that an input means.
 * @param least what a member of a shared wallet has to be
 * @throws Problem NOT_FOUND for a wallet that does not exist for the caller, INVALID_INPUT where both are named
 */
export async function walletMeant(
  deps: MembershipDeps,
  caller: Caller,
  named: WalletNamed,
  least: WalletRole,
): Promise<string> {
  const walletId = named.walletId ?? null;
  if (walletId === null) return ownerMeant(caller, named.userId);
  checkOneNamed(named);
  const missing = () => notFound('The wallet', ['input', 'walletId']);
  const standing = isPossibleUserId(walletId) ? await standingOf(deps, caller, walletId) : null;
  if (!standing || (standing.role && !includesRole(standing.role, least))) throw missing();
  return walletId;
}

/** Of which credits are to be spent or held. @throws Problem as walletMeant, and for operators */
export async function spentWallet(deps: MembershipDeps, caller: Caller, named: WalletNamed): Promise<string> {
  if ((named.walletId ?? null) === null) return spenderMeant(caller, named.userId);
  const walletId = await walletMeant(deps, caller, named, 'member');
  const isMember = caller.role === 'user' && isSharedWalletId(walletId);
  if (!isMember && !maySpendFor(caller, walletId)) throw notFound('The wallet', ['input', 'walletId']);
  return walletId;
}

/** @throws Problem INVALID_INPUT where a user is named beside a wallet */
export function checkOneNamed({ userId, walletId }: WalletNamed, path: readonly string[] = ['input']): void {
  if ((userId ?? null) !== null && (walletId ?? null) !== null)
    throw Object.assign(invalidInput('Name a user or a wallet.', 'walletId'), {
      path: [...path, 'walletId'],
    });
}

/** What of it stands in the hash of an input: nothing where none is named, as before there were any. */
export const hashedWallet = ({ walletId }: WalletNamed): { walletId?: string } =>
  (walletId ?? null) === null ? {} : { walletId: walletId as string };
