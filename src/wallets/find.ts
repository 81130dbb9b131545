// Reads of wallets that several share.
import type { Caller } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { isSharedWalletId } from '../kernel/ids';
import { type MembershipDeps, standingOf } from './membership';
import { SharedWallet, WalletMember, type WalletRole } from './shared-wallet.entity';

/** How many may belong to one wallet, and be listed: a large company's. */
export const MEMBERS_MAX = 1_000;
const WALLETS_MAX = 100; // As a person can tell apart in a menu.

export async function walletById({ pool }: MembershipDeps, id: string): Promise<SharedWallet | null> {
  const { rows } = await pool.query<Row>({
    name: 'shared_wallet_by_id',
    text: `select ${selectList(SharedWallet, 's')} from shared_wallets s where id = $1`,
    values: [id],
  });
  return rows[0] ? rowMapper(SharedWallet)(rows[0]) : null;
}

/** In the order of the ids. */
export async function walletsByIds(
  { pool }: MembershipDeps,
  ids: readonly string[],
): Promise<(SharedWallet | null)[]> {
  const { rows } = await pool.query<Row>({
    name: 'shared_wallets_by_ids',
    text: `select ${selectList(SharedWallet, 's')} from shared_wallets s where id = any($1)`,
    values: [ids],
  });
  const found = new Map(rows.map(rowMapper(SharedWallet)).map((wallet) => [wallet.id, wallet]));
  return ids.map((id) => found.get(id) ?? null);
}

/** The ids of shared wallets whose name begins so, in whatever case; at most 100. For operators: it asks nobody who they are. */
export async function walletsCalled({ pool }: MembershipDeps, text: string): Promise<string[]> {
  const begin = text.trim();
  if (begin === '' || begin.includes('\0')) return [];
  const { rows } = await pool.query<{ id: string }>({
    name: 'shared_wallets_called',
    text: `select id from shared_wallets where lower(name) like lower($1) order by lower(name), id limit ${WALLETS_MAX}`,
    values: [`${begin.replaceAll(/[\\%_]/g, '\\$&')}%`],
  });
  return rows.map(({ id }) => id);
}

/** The wallet, or null when it does not exist for this caller: for who does not belong to it. */
export async function findWallet(
  deps: MembershipDeps,
  caller: Caller,
  id: string,
): Promise<SharedWallet | null> {
  if (!isSharedWalletId(id) || id.includes('\0')) return null;
  return (await standingOf(deps, caller, id)) ? walletById(deps, id) : null;
}

/** Wallets that the caller belongs to, by their names; at most 100. */
export async function listMyWallets({ pool }: MembershipDeps, caller: Caller): Promise<SharedWallet[]> {
  if (caller.role !== 'user') return [];
  const { rows } = await pool.query<Row>({
    name: 'my_shared_wallets',
    text: `select ${selectList(SharedWallet, 's')} from shared_wallets s
      join wallet_members m on m.wallet_id = s.id and m.until is null
      where m.user_id = $1 order by s.name, s.id limit ${WALLETS_MAX}`,
    values: [caller.id],
  });
  return rows.map(rowMapper(SharedWallet));
}

export interface Membership {
  readonly wallet: SharedWallet;
  readonly role: WalletRole;
  readonly since: Date;
}

/** The shared wallets that a user belongs to now, by their names; at most 100. For operators: it asks nobody who they are. */
export async function membershipsOf({ pool }: MembershipDeps, userId: string): Promise<Membership[]> {
  if (userId.includes('\0')) return [];
  const { rows } = await pool.query<Row>({
    name: 'memberships_of_user',
    text: `select ${selectList(SharedWallet, 's', 's_')}, ${selectList(WalletMember, 'm')} from shared_wallets s
      join wallet_members m on m.wallet_id = s.id and m.until is null
      where m.user_id = $1 order by s.name, s.id limit ${WALLETS_MAX}`,
    values: [userId],
  });
  return rows.map((row) => {
    const { role, since } = rowMapper(WalletMember)(row);
    return { wallet: rowMapper(SharedWallet, 's_')(row), role, since };
  });
}

/** Who belongs to a wallet now: owners, managers, members, each since when they came. */
export async function membersOf({ pool }: MembershipDeps, walletId: string): Promise<WalletMember[]> {
  const { rows } = await pool.query<Row>({
    name: 'members_of_wallet',
    text: `select ${selectList(WalletMember, 'm')} from wallet_members m
      where wallet_id = $1 and until is null
      order by array_position(array['owner', 'manager', 'member'], role), since, id limit ${MEMBERS_MAX}`,
    values: [walletId],
  });
  return rows.map(rowMapper(WalletMember));
}
