import type pg from 'pg';
import { type Row, rowMapper } from '../db/columns';
import { type Batch, batch } from '../kernel/batch';
import type { CreditDeps } from './deps';
import { Wallet } from './wallet.entity';

/** Reads one wallet; reads that are asked for at the same time share a statement. */
export type ReadWallet = Batch<string, Wallet | null>;

export function createReadWallet(pool: pg.Pool): ReadWallet {
  const toWallet = rowMapper(Wallet);
  return batch({
    send: async (userIds) => {
      const { rows } = await pool.query<Row>({
        name: 'wallets_by_user',
        text: 'select * from wallets where user_id = any($1)',
        values: [[...new Set(userIds)]],
      });
      const found = new Map(rows.map((row) => [row.user_id as string, toWallet(row)]));
      return userIds.map((userId) => found.get(userId) ?? null);
    },
  });
}

/** A user's credits as they are now. A user who never had any has a wallet of zero. */
export async function balanceOf(deps: Pick<CreditDeps, 'readWallet'>, userId: string): Promise<Wallet> {
  return (userId.includes('\0') ? null : await deps.readWallet(userId)) ?? emptyWallet(userId);
}

function emptyWallet(userId: string): Wallet {
  const none = { balance: 0n, held: 0n, frozen: 0n, owed: 0n, version: 0, updatedAt: new Date(0) };
  return Object.assign(new Wallet(), { userId, ...none });
}
