// Where moved credits came from, and where they went.
import type pg from 'pg';
import { type Batch, batch } from '../kernel/batch';

/** Whose wallet the other side of a transfer is, by the number of either posting; null: it is none. Sets of them are one statement. */
export type ReadOtherWallet = Batch<string, string | null>;

export const createReadOtherWallet = (pool: pg.Pool): ReadOtherWallet =>
  batch({
    send: async (journalIds) => {
      const { rows } = await pool.query<{ journal_id: bigint; other: string }>({
        name: 'transfers_by_posting',
        text: `select journal_id, to_user_id as other from transfers where journal_id = any($1::bigint[])
          union all select to_journal_id, user_id from transfers where to_journal_id = any($1::bigint[])`,
        values: [journalIds],
      });
      const found = new Map(rows.map((row) => [row.journal_id.toString(), row.other]));
      return journalIds.map((id) => found.get(id) ?? null);
    },
  });
