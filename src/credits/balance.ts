import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { oneOf } from '../db/one-of';
import { type Batch, batch, READS_BESIDE_MIN } from '../kernel/batch';
import type { CreditDeps } from './deps';
import { IS_DUE, type WorkDue } from './due';
import { Wallet } from './wallet.entity';

/** Reads one wallet; reads that are asked for at the same time share a statement. */
export type ReadWallet = Batch<string, Wallet | null>;

/** What is due by time alone is worked before it is read, so that no read tells of a hold that has run out. */
export function createReadWallet(pool: pg.Pool, workDue: WorkDue): ReadWallet {
  const toWallet = rowMapper(Wallet);
  const read = async (userIds: readonly string[]) =>
    (
      await pool.query<WalletRow>({
        name: 'wallets_by_user',
        text: `select ${selectList(Wallet, 'w')}, ${IS_DUE} as is_due from wallets w where w.user_id = ${oneOf('$1')}`,
        values: [userIds],
      })
    ).rows;
  return batch({
    besideMin: READS_BESIDE_MIN,
    send: async (userIds) => {
      const rows = await readWorked(read, workDue, userIds);
      const found = new Map(rows.map((row) => [row.user_id, toWallet(row)]));
      return userIds.map((userId) => found.get(userId) ?? null);
    },
  });
}

export type WalletRow = Row & { readonly user_id: string; readonly is_due: boolean };

/** Rows of wallets, read again where something was due: what is due is worked in between, once for a user. */
export async function readWorked<Found extends WalletRow>(
  read: (userIds: readonly string[]) => Promise<Found[]>,
  workDue: WorkDue,
  userIds: readonly string[],
): Promise<Found[]> {
  const rows = await read([...new Set(userIds)]);
  const due = new Set(rows.filter((row) => row.is_due).map((row) => row.user_id));
  if (due.size === 0) return rows;
  await Promise.all([...due].map(workDue));
  return [...rows.filter((row) => !due.has(row.user_id)), ...(await read([...due]))];
}

/** A user's credits as they are now. A user who never had any has a wallet of zero. */
export async function balanceOf(deps: Pick<CreditDeps, 'readWallet'>, userId: string): Promise<Wallet> {
  return (userId.includes('\0') ? null : await deps.readWallet(userId)) ?? emptyWallet(userId);
}

export function emptyWallet(userId: string): Wallet {
  const none = {
    balance: 0n,
    held: 0n,
    frozen: 0n,
    owed: 0n,
    version: 0,
    lineSequence: 0n,
    updatedAt: new Date(0),
  };
  return Object.assign(new Wallet(), { userId, ...none });
}
