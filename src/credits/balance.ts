import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { type Batch, batch } from '../kernel/batch';
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
      await pool.query<Row & { user_id: string; is_due: boolean }>({
        name: 'wallets_by_user',
        text: `select ${selectList(Wallet, 'w')}, ${IS_DUE} as is_due from wallets w where w.user_id = any($1)`,
        values: [[...new Set(userIds)]],
      })
    ).rows;
  return batch({
    send: async (userIds) => {
      const rows = await read(userIds);
      const due = rows.filter((row) => row.is_due).map((row) => row.user_id);
      await Promise.all(due.map(workDue));
      const fresh = due.length > 0 ? await read(due) : [];
      const found = new Map([...rows, ...fresh].map((row) => [row.user_id, toWallet(row)]));
      return userIds.map((userId) => found.get(userId) ?? null);
    },
  });
}

/** A user's credits as they are now. A user who never had any has a wallet of zero. */
export async function balanceOf(deps: Pick<CreditDeps, 'readWallet'>, userId: string): Promise<Wallet> {
  return (userId.includes('\0') ? null : await deps.readWallet(userId)) ?? emptyWallet(userId);
}

function emptyWallet(userId: string): Wallet {
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
