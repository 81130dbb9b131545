// The bytes of an export, in parts of about a page of rows each: in the database, where each process that serves them sees what
// another wrote, and where a backup has them.
import type pg from 'pg';

/** Which bytes: an attempt that was overtaken writes beside the one that counts. */
export interface PartsOf {
  readonly exportId: string;
  readonly attempt: number;
}

/** Adds the next part. */
export async function addPart(
  pool: pg.Pool,
  { exportId, attempt }: PartsOf,
  nth: number,
  bytes: Buffer,
): Promise<void> {
  await pool.query('insert into export_parts (export_id, attempt, nth, bytes) values ($1, $2, $3, $4)', [
    exportId,
    attempt,
    nth,
    bytes,
  ]);
}

/** Lets go of what attempts up to this one wrote. */
export async function dropParts(pool: pg.Pool, { exportId, attempt }: PartsOf): Promise<void> {
  await pool.query('delete from export_parts where export_id = $1 and attempt <= $2', [exportId, attempt]);
}

/** How many parts and bytes are there. */
export async function sizeOfParts(
  pool: pg.Pool,
  { exportId, attempt }: PartsOf,
): Promise<{ readonly parts: number; readonly bytes: number }> {
  const { rows } = await pool.query<{ parts: number; bytes: number }>(
    `select count(*)::integer as parts, coalesce(sum(octet_length(bytes)), 0)::float8 as bytes
     from export_parts where export_id = $1 and attempt = $2`,
    [exportId, attempt],
  );
  return rows[0] as { parts: number; bytes: number };
}

/**
 * The bytes in their order, a part at a time as they are asked for; no connection is held between two.
 * @throws when a part is gone, or the database is
 */
export async function* readParts(
  pool: pg.Pool,
  { exportId, attempt }: PartsOf,
  parts: number,
): AsyncGenerator<Buffer> {
  for (let nth = 0; nth < parts; nth++) {
    const { rows } = await pool.query<{ bytes: Buffer }>(
      'select bytes from export_parts where export_id = $1 and attempt = $2 and nth = $3',
      [exportId, attempt, nth],
    );
    if (!rows[0]) throw new Error(`part ${nth} of ${exportId} is gone`);
    yield rows[0].bytes;
  }
}
