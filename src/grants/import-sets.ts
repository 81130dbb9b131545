// The lines of a file that is given in the background, a set to a row: in the database, where whichever process takes the job
// finds them. What was given is let go of, so that nobody's reasons and keys are kept twice.
import type pg from 'pg';
import type { Queryable } from '../db/transaction';
import { GRANTS_MAX } from './grant';
import type { GrantLine } from './import-file';

// A weekend and a few days more for whoever looks at what was canceled or has failed.
const KEEP_DAYS = 8;
// Of some tens of kB each: a second's work.
const SETS_AT_ONCE = 500;

/** As JSON has it: credits in digits. */
interface KeptLine {
  readonly line: number;
  readonly userId: string;
  readonly credits: string;
  readonly key: string;
  readonly reason: string;
  readonly expiresAt: string | null;
}

/** Keeps the lines of an import, in sets of GRANTS_MAX. */
export async function keepSets(
  client: Queryable,
  importId: string,
  lines: readonly GrantLine[],
): Promise<void> {
  const sets: string[] = [];
  for (let from = 0; from < lines.length; from += GRANTS_MAX)
    sets.push(JSON.stringify(lines.slice(from, from + GRANTS_MAX).map(kept)));
  await client.query(
    `insert into grants_import_sets (import_id, nth, lines)
     select $1, nth - 1, lines::jsonb from unnest($2::text[]) with ordinality s(lines, nth)`,
    [importId, sets],
  );
}

/** The lines of one set; null when they are not kept any more. */
export async function findSet(pool: pg.Pool, importId: string, nth: number): Promise<GrantLine[] | null> {
  const { rows } = await pool.query<{ lines: KeptLine[] }>(
    'select lines from grants_import_sets where import_id = $1 and nth = $2',
    [importId, nth],
  );
  return rows[0]?.lines.map(given) ?? null;
}

/** Lets go of the sets below `before`. */
export async function dropSets(pool: pg.Pool, importId: string, before: number): Promise<void> {
  await pool.query('delete from grants_import_sets where import_id = $1 and nth < $2', [importId, before]);
}

/** Lets go of what nobody went on with for a week. @returns how many sets */
export async function sweepImportSets(pool: pg.Pool): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await pool.query(
      `delete from grants_import_sets s using (
         select import_id, nth from grants_import_sets
         where written_at < instant() - make_interval(days => $1) limit $2) old
       where (s.import_id, s.nth) = (old.import_id, old.nth)`,
      [KEEP_DAYS, SETS_AT_ONCE],
    );
    removed += rowCount ?? 0;
    if (rowCount !== SETS_AT_ONCE) return removed;
  }
}

const kept = ({ line, grant }: GrantLine): KeptLine => ({
  ...{ line, userId: grant.userId ?? '', credits: String(grant.credits), key: grant.key },
  ...{ reason: grant.reason, expiresAt: grant.expiresAt?.toISOString() ?? null },
});

const given = ({ line, credits, expiresAt, ...grant }: KeptLine): GrantLine => ({
  line,
  grant: {
    ...grant,
    credits: BigInt(credits),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  },
});
