// What a caller may do with a wallet. One's own is known by its id; of a shared one the database says who belongs to it, anew at
// each call and each event of a stream.
import type pg from 'pg';
import { type Caller, mayReach } from '../callers/caller';
import { type Batch, batch } from '../kernel/batch';
import { isSharedWalletId } from '../kernel/ids';
import { includesRole, type WalletRole } from './shared-wallet.entity';

export interface MembershipDeps {
  readonly pool: pg.Pool;
}

/** How a caller stands to a wallet that exists for it. */
export interface Standing {
  /** Null: not as a member or in one's name, but as its own user, a back end or an operator. */
  readonly role: WalletRole | null;
  /** The member whose spends alone it sees; null: it sees all. */
  readonly onlyOf: string | null;
}

const ALL: Standing = { role: null, onlyOf: null };

interface Asked {
  readonly walletId: string;
  readonly userId: string;
}
interface Found {
  readonly isThere: boolean;
  readonly role: WalletRole | null;
}

const readers = new WeakMap<pg.Pool, Batch<Asked, Found>>();

/** Reads of one process that are asked for at the same time share a statement. */
function readerOver(pool: pg.Pool): Batch<Asked, Found> {
  const known = readers.get(pool);
  if (known) return known;
  const made = batch<Asked, Found>({
    send: async (asked) => {
      const { rows } = await pool.query<{ is_there: boolean; role: WalletRole | null }>({
        name: 'memberships',
        text: `select s.id is not null as is_there, m.role
          from unnest($1::text[], $2::text[]) with ordinality a(wallet_id, user_id, ord)
          left join shared_wallets s on s.id = a.wallet_id
          left join wallet_members m on m.wallet_id = s.id and m.user_id = a.user_id and m.until is null
          order by a.ord`,
        values: [asked.map(({ walletId }) => walletId), asked.map(({ userId }) => userId)],
      });
      return rows.map((row) => ({ isThere: row.is_there, role: row.role }));
    },
  });
  readers.set(pool, made);
  return made;
}

/** How somebody stands to a shared wallet: null where it is not there or they do not belong to it. */
export const roleIn = async (
  { pool }: MembershipDeps,
  walletId: string,
  userId: string,
): Promise<WalletRole | null> => (await readerOver(pool)({ walletId, userId })).role;

/** How the caller stands to a wallet; null: for it there is none. What is no shared wallet is a user's, who need not be known. */
export async function standingOf(
  { pool }: MembershipDeps,
  caller: Caller,
  walletId: string,
): Promise<Standing | null> {
  if (!isSharedWalletId(walletId)) return mayReach(caller, walletId) ? ALL : null;
  const memberId = caller.role === 'user' ? caller.id : (caller.boundTo?.memberId ?? null);
  const { isThere, role } = await readerOver(pool)({ walletId, userId: memberId ?? '' });
  if (!isThere || (memberId === null && !mayReach(caller, walletId))) return null;
  if (memberId === null) return ALL;
  if (role === null || (caller.boundTo && caller.boundTo.walletId !== walletId)) return null;
  return { role, onlyOf: includesRole(role, 'manager') ? null : memberId };
}

/** Whether things of a wallet exist for the caller, which of a shared one are for who sees all of it. */
export async function reaches(deps: MembershipDeps, caller: Caller, walletId: string): Promise<boolean> {
  // Most are one's own, and nothing is asked about them.
  if (!isSharedWalletId(walletId)) return mayReach(caller, walletId);
  const standing = await standingOf(deps, caller, walletId);
  return standing !== null && standing.onlyOf === null;
}
