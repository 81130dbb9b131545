// Indexes on tables that grow are built beside the work: outside of any transaction, while rows come and change. A build that
// was interrupted leaves an index that is written and never read; it is dropped and built again.
import pg from 'pg';
import { pause } from '../kernel/clock';
import { invariant } from '../kernel/invariant';
import type { Logger } from '../telemetry/logger';
import { KEPT_ALIVE } from './pool';

/** What a migration says that brings indexes on tables that grow; its transaction makes none of them. */
export interface Indexing {
  /** Each is `create [unique] index concurrently <name> on …`. */
  readonly indexes: readonly string[];
}

export interface DeclaredIndex {
  readonly name: string;
  readonly statement: string;
  readonly table: string;
  /** The name of the migration that brings it. */
  readonly migration: string;
}

// Another than that of the migrations: a statement that waits for a lock has a snapshot, a build waits for every snapshot, and
// PostgreSQL cannot see that these two wait for each other. So an older version, too, can start while an index is built.
const LOCK = 4_000_002;
const LOOK_EVERY_MS = 500;

const DECLARED = /^create (?:unique )?index concurrently (\w+) on (\w+)/;

/** The indexes that migrations say they bring, in the order of the migrations. */
export const declaredBy = (migrations: readonly { name: string; migration: object }[]): DeclaredIndex[] =>
  migrations.flatMap(({ name: migration, migration: said }) =>
    ((said as Partial<Indexing>).indexes ?? []).map((statement) => {
      const [, name, table] = DECLARED.exec(statement) ?? [];
      invariant(name && table, `${migration}: "${statement}" is no "create index concurrently <name> on …"`);
      return { name, statement, table, migration };
    }),
  );

/**
 * Builds what is not built yet, one process at a time, for as long as it takes; the others go on with their work. Call it
 * outside of every lock that a start of another process waits for.
 * @param declared in the order in which they are built
 * @throws what PostgreSQL refuses, such as a unique index on rows that are not; the next start tries again.
 */
export async function buildIndexes(
  url: string,
  declared: readonly DeclaredIndex[],
  log?: Logger,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'credits-gateway migrations',
    // A build takes as long as it takes, whatever the server's own limits are.
    options: '-c statement_timeout=0 -c lock_timeout=0',
    ...KEPT_ALIVE,
  });
  await client.connect();
  try {
    if ((await unbuilt(client, declared)).length === 0) return;
    while (!(await client.query('select pg_try_advisory_lock($1) as mine', [LOCK])).rows[0].mine)
      await pause(LOOK_EVERY_MS);
    for (const index of await unbuilt(client, declared)) await build(client, index, log);
  } finally {
    await client.end();
  }
}

/** A later migration may have dropped what is built: it is not built a second time. */
async function unbuilt(client: pg.Client, declared: readonly DeclaredIndex[]): Promise<DeclaredIndex[]> {
  const { rows } = await client.query('select name from built_indexes where name = any($1)', [
    declared.map(({ name }) => name),
  ]);
  const built = new Set(rows.map(({ name }) => name));
  return declared.filter(({ name }) => !built.has(name));
}

async function build(
  client: pg.Client,
  { name, statement, table, migration }: DeclaredIndex,
  log?: Logger,
): Promise<void> {
  const { rows } = await client.query(
    `select i.indisvalid as valid from pg_index i where i.indexrelid = to_regclass($1)`,
    [`public.${name}`],
  );
  if (rows[0]?.valid === false)
    await client.query(`drop index concurrently public.${pg.escapeIdentifier(name)}`);
  let tells = true;
  // A build goes on at the server when whoever asked for it is gone: then it is valid and not in the list.
  if (rows[0]?.valid !== true) {
    // Of a table without a row, as at the first start, there is nothing to wait for and nothing to tell.
    const size = await client.query('select pg_relation_size(to_regclass($1)) > 0 as has_rows', [
      `public.${table}`,
    ]);
    tells = size.rows[0]?.has_rows === true;
    if (tells) log?.info('database.index_building', { index: name });
    await client.query(statement);
  }
  await client.query(
    `insert into built_indexes (name, migration, built_at) values ($1, $2, date_trunc('milliseconds', clock_timestamp()))
     on conflict do nothing`,
    [name, migration],
  );
  if (tells) log?.info('database.index_built', { index: name });
}
