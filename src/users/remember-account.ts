import type { Caller } from '../callers/caller';
import { isEmail, isName, type SaveUserDeps, saveUser } from './upsert-user';

/**
 * Keeps what a user's own token says of the user, where it says anything, as upsertUser does: what the token leaves out stays. One
 * statement, which writes nothing where that is known. Never throws: nobody's purchase fails for want of a name.
 */
export async function rememberAccount(deps: SaveUserDeps, { id, role, account }: Caller): Promise<void> {
  if (role !== 'user' || !account) return;
  const email = account.email && isEmail(account.email) ? account.email : undefined;
  const name = account.name && isName(account.name) ? account.name : undefined;
  if (!email && !name) return;
  try {
    await saveUser(deps, { id, email, name, createdAt: account.createdAt ?? undefined }, false);
  } catch (error) {
    deps.log.warn('user.not_saved', { userId: id, error: String(error) });
  }
}
