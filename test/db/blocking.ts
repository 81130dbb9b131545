// What a migration does, inside of its transaction, to a table that grows: an index built or a table written anew there keeps
// everybody out for as long as it takes. Found by what is in the catalog before and after, however the migration says it.
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A few rows, however long the gateway runs: settings, lists of ours, who runs now. */
const SMALL = [
  ...[
    'api_keys',
    'built_indexes',
    'code_schemas',
    'contracts',
    'due_days',
    'gateway',
    'grants',
    'migrations',
  ],
  ...['packages', 'positions', 'prices', 'processes', 'provider_calls', 'provider_troubles', 'providers'],
  ...['quarantine', 'transitions', 'webhook_endpoint_secrets', 'webhook_endpoints'],
];

interface Stored {
  readonly name: string;
  readonly table: string;
  /** Another one: written anew. */
  readonly file: string;
}

/** Runs `up`. @returns sentences; none where nothing is kept out for long */
export async function runAndFindBlocking(
  runner: QueryRunner,
  migration: Pick<MigrationInterface, 'up'>,
): Promise<string[]> {
  const before = await storedOf(runner);
  await runner.startTransaction();
  await migration.up(runner);
  await runner.commitTransaction();
  const tables = new Set([...before.values()].map(({ table }) => table));
  // What is new with its table is empty.
  const after = [...(await storedOf(runner)).values()].filter(
    ({ table }) => tables.has(table) && !SMALL.includes(table),
  );
  return after.flatMap(({ name, table, file }) => {
    const was = before.get(name);
    if (was?.file === file) return [];
    return [was ? `${name} is written anew` : `index ${name} on ${table} is built in the transaction`];
  });
}

/** Tables and their indexes, by name. */
async function storedOf(runner: QueryRunner): Promise<ReadonlyMap<string, Stored>> {
  const rows: Stored[] = await runner.query(
    `select c.relname as name, coalesce(t.relname, c.relname) as "table", pg_relation_filenode(c.oid)::text as file
     from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}
