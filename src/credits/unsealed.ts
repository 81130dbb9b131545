// What has been posted and has no seal yet: for the moment after a purchase, or for as long as a transaction of this
// database holds sealing up.
import type pg from 'pg';
import type { ChainPlace } from './chain';

export interface Unsealed {
  readonly postings: bigint;
  readonly entries: bigint;
  /** Of the oldest of them; null when there are none. */
  readonly since: Date | null;
  /** By unit, of every line behind the place, what it misses of zero. */
  readonly imbalances: ReadonlyMap<string, bigint>;
}

// Postings that were sealed since the walk passed are summed as well; counted are those without a seal.
const BEHIND = `
  select e.unit, sum(e.amount)::bigint as amount, count(*) filter (where s.number is null) as entries,
    (select count(*) from journal j where (j.epoch, j.xid, j.id) > ($1, $2::xid8, $3)
      and not exists (select 1 from seals s where s.journal_id = j.id)) as postings,
    min(j.posted_at) filter (where s.number is null) as since
  from journal j
  left join entries e on e.journal_id = j.id
  left join seals s on s.journal_id = j.id
  where (j.epoch, j.xid, j.id) > ($1, $2::xid8, $3)
  group by e.unit`;

interface ByUnit {
  readonly unit: string | null;
  readonly amount: bigint | null;
  readonly entries: bigint;
  readonly postings: bigint;
  readonly since: Date | null;
}

/** Counts and sums what stands behind `place`, in one statement. */
export async function unsealedAfter(pool: pg.Pool, { epoch, xid, id }: ChainPlace): Promise<Unsealed> {
  const { rows } = await pool.query<ByUnit>(BEHIND, [epoch, xid, id]);
  const instants = rows.flatMap(({ since }) => (since ? [since.getTime()] : []));
  return {
    postings: rows[0]?.postings ?? 0n,
    entries: rows.reduce((sum, row) => (row.unit === null ? sum : sum + row.entries), 0n),
    since: instants.length > 0 ? new Date(Math.min(...instants)) : null,
    imbalances: new Map(rows.flatMap((row) => (row.unit ? [[row.unit, row.amount ?? 0n] as const] : []))),
  };
}
