// Seals postings in the background, so that nobody who pays or spends waits for a hash.
import path from 'node:path';
import type pg from 'pg';

export const SEAL_SQL = path.join(__dirname, 'seal.sql');

// One page is a transaction of some tens of milliseconds.
const PAGE = 1_000;

/** SQL: whether a posting is not sealed that can be. */
export const POSTINGS_WAIT = `exists (
  select from positions p, gateway g, lateral (
    select from journal j where (j.epoch, j.xid, j.id) > (p.epoch, p.xid, p.id) and (j.epoch, j.xid) < (g.epoch, (select horizon()))
    order by j.epoch, j.xid, j.id limit 1) j
  where p.name = 'seals')`;

/** Seals the next page. @returns how many; 0 when all is sealed that can be, or another process is sealing. */
export async function sealPostings({ pool }: { readonly pool: pg.Pool }): Promise<number> {
  const { rows } = await pool.query<{ sealed: number }>({
    name: 'seal_postings',
    text: 'select seal_postings($1) as sealed',
    values: [PAGE],
  });
  return rows[0]?.sealed ?? 0;
}
