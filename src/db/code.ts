// The functions of one release, in a schema of their own that is named after what is in it. A process installs its own and
// its connections see no other, so that old and new run side by side, and a change of an argument or of an answer is no more
// than another schema. What triggers, constraints and defaults call is not here: it belongs to the migrations.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import pg from 'pg';
import { invariant } from '../kernel/invariant';

/** Enough of a SHA-256 that no two releases share a name, and short enough to be read out. */
const HASH_DIGITS = 12;

export interface Code {
  /** `code_` and a hash of all that is in it. */
  readonly schema: string;
  /** The text of each file: `create type` and `create function` alone, with no schema named. */
  readonly texts: readonly string[];
}

/** Reads a release's functions. @param files `.sql` files in the order in which they are installed */
export function readCode(files: readonly string[]): Code {
  const texts = files.map((file) => fs.readFileSync(file, 'utf8'));
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, HASH_DIGITS);
  return { schema: `code_${hash}`, texts };
}

/**
 * Where names without a schema are looked up: the release's functions and types, then the tables. Temporary ones come last,
 * so that none stands before a table.
 */
export const searchPathOf = (codeSchema: string): string => {
  invariant(/^code_[0-9a-f]+$/.test(codeSchema), `${codeSchema} names no schema of functions`);
  return `${codeSchema},public,pg_temp`;
};

/**
 * Installs a release's functions where they are not yet, whole or not at all. Call it under the migration lock, as the owner.
 * @param role may call them
 */
export async function installCode(client: pg.Client, { schema, texts }: Code, role: string): Promise<void> {
  const { rows } = await client.query(
    'select has_schema_privilege($2, oid, $$usage$$) as may from pg_namespace where nspname = $1',
    [schema, role],
  );
  const grant = `grant usage on schema ${schema} to ${pg.escapeIdentifier(role)}`;
  // A restored copy may have come without the rights of the role.
  if (rows.length > 0) return void (rows[0].may || (await client.query(grant)));
  await client.query('begin');
  try {
    await client.query(`create schema ${pg.escapeIdentifier(schema)}`);
    // New ones are created in the first; a function that keeps a path of its own takes this one, by `from current`.
    await client.query(`set local search_path = ${searchPathOf(schema)}`);
    for (const text of texts) await client.query(text);
    await client.query(
      `insert into code_schemas (name, installed_at) values ($1, date_trunc('milliseconds', clock_timestamp()))
       on conflict (name) do update set installed_at = excluded.installed_at`,
      [schema],
    );
    await client.query(grant);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
