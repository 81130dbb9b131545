// What of a wallet can be moved to another, and why the rest cannot.
import type pg from 'pg';
import { type Batch, batch } from '../kernel/batch';

/** Together they are the balance. */
export interface Movable {
  readonly credits: bigint;
  readonly held: bigint;
  /** Frozen, and what else is left of a lot of which some is, or of a purchase that is in dispute or under review. */
  readonly frozen: bigint;
  /** By a campaign, as a bonus or by hand: nobody paid for them. */
  readonly given: bigint;
}

/** Reads it of a user or a shared wallet. Reads at the same time share a statement. */
export type ReadMovable = Batch<string, Movable>;

export const createReadMovable = (pool: pg.Pool): ReadMovable =>
  batch({
    send: async (userIds) => {
      const { rows } = await pool.query<Movable>({
        name: 'movable',
        text: `select m.* from unnest($1::text[]) with ordinality u(user_id, nth)
          cross join lateral movable_of(u.user_id) m order by nth`,
        values: [userIds],
      });
      return rows;
    },
  });
