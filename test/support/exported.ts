// The bytes of an export, as the database has them.
import type pg from 'pg';

/** The text of an export's last attempt. */
export async function exportedText(pool: pg.Pool, id: string): Promise<string> {
  const { rows } = await pool.query<{ bytes: Buffer }>(
    `select bytes from export_parts p join jobs j on j.id = p.export_id and p.attempt = (j.result ->> 'attempt')::integer
     where export_id = $1 order by nth`,
    [id],
  );
  return Buffer.concat(rows.map(({ bytes }) => bytes)).toString('utf8');
}
