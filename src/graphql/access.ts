// Who may ask for what, where the use case below does not say it itself. Refusals for want of a token or a role are
// top-level errors with Apollo's codes; what merely does not exist for a caller is null.
import { GraphQLError } from 'graphql';
import { type Caller, hasRole, mayReach, type Role } from '../callers/caller';
import type { CreditTransaction } from '../credits/transactions';
import { isSharedWalletId } from '../kernel/ids';
import { notFound, Problem } from '../kernel/problems';
import { checkOneNamed, isPossibleUserId, type WalletNamed } from '../wallets/meant';
import { standingOf } from '../wallets/membership';
import { includesRole, type WalletRole } from '../wallets/shared-wallet.entity';
import type { Context } from './context';

/** The caller. @throws GraphQLError UNAUTHENTICATED when nobody signed in. */
export function callerOf(context: Context): Caller {
  if (context.caller) return context.caller;
  throw new GraphQLError('Sign in first: send a token as Authorization: Bearer.', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}

/**
 * The caller, who holds `role`. Fields do not ask for it themselves: they stand in required-roles.ts. Here for what else a
 * role decides, by an argument.
 * @param isForPersons true where an API key does not do, whatever its role.
 * @throws GraphQLError UNAUTHENTICATED when nobody signed in, FORBIDDEN for everybody else, whatever was asked about.
 */
export function callerWith(role: Role, context: Context, isForPersons = false): Caller {
  const caller = callerOf(context);
  if (!hasRole(caller, role)) throw forbidden(`This needs the role ${role}.`);
  if (isForPersons && caller.apiKeyId) throw forbidden('This needs a person: an API key may not do it.');
  return caller;
}

const forbidden = (message: string) => new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });

/**
 * Whose balance or transactions are meant: the user that is named, else the caller.
 * @throws GraphQLError FORBIDDEN for a user who names another one, whether or not that one exists
 * @throws Problem INVALID_INPUT for an id that no user can have
 */
export function userMeant(context: Context, userId: string | null | undefined): string {
  const caller = callerOf(context);
  if (caller.boundTo && (userId ?? null) === null) throw notFound('The wallet', ['walletId']);
  if (userId === null || userId === undefined) return caller.id;
  if (!mayReach(caller, userId)) throw forbidden('Only service and support may name another user.');
  if (userId.length === 0 || userId.length > 255 || userId.includes('\0'))
    throw new Problem('INVALID_INPUT', 'A user id has 1 to 255 characters.', ['userId']);
  return userId;
}

/**
 * Whose credits are asked about: as userMeant, or those of a shared wallet.
 * @param least what a member of it has to be
 * @param path of what names them
 * @returns the id under which they are kept, and whose spends alone of a shared wallet the caller sees; null: all
 * @throws Problem NOT_FOUND for a wallet that does not exist for the caller; and as userMeant
 */
export async function walletAsked(
  context: Context,
  named: WalletNamed,
  least: WalletRole,
  path: readonly string[] = [],
): Promise<{ readonly id: string; readonly onlyOf: string | null }> {
  const walletId = named.walletId ?? null;
  if (walletId === null) return { id: userMeant(context, named.userId), onlyOf: null };
  const caller = callerOf(context);
  checkOneNamed(named, path);
  const standing = isPossibleUserId(walletId) ? await standingOf(context.deps, caller, walletId) : null;
  if (!standing || (standing.role && !includesRole(standing.role, least)))
    throw notFound('The wallet', [...path, 'walletId']);
  return { id: walletId, onlyOf: standing.onlyOf };
}

/** Of a shared wallet's stream each event is for who still belongs to it, and is as much as it asks for. */
export function hearOnlyWhileMember(context: Context, walletId: string, least: WalletRole): void {
  const caller = callerOf(context);
  if (!isSharedWalletId(walletId)) return;
  context.mayStillHear = async () => {
    const standing = await standingOf(context.deps, caller, walletId);
    return standing !== null && (standing.role === null || includesRole(standing.role, least));
  };
}

/** Whether a booking is for the caller: of a shared wallet a member sees what they spent themselves. */
export async function seesTransaction(
  { deps, caller }: Context,
  { userId, journalId }: Pick<CreditTransaction, 'userId' | 'journalId'>,
): Promise<boolean> {
  const standing = caller && (await standingOf(deps, caller, userId));
  if (!standing || standing.onlyOf === null) return Boolean(standing);
  return (await deps.readSpender(journalId))?.memberId === standing.onlyOf;
}

/** True for support and above: they see calls, webhook events and who did what. */
export const isOperator = (context: Context): boolean =>
  context.caller !== null && hasRole(context.caller, 'support');
