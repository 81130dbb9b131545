// Migrations that this version brings, and what the database has beside them. A migration expands what is there, and then
// earlier versions run on; or it contracts it, says beside which versions it can stand, and the others are kept away.
import fs from 'node:fs';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { pause } from '../kernel/clock';
import { ConfigError } from '../kernel/config';
import type { Logger } from '../telemetry/logger';
import { MIGRATIONS_DIRECTORY, ownerDataSource } from './data-source';
import { type DeclaredIndex, declaredBy } from './indexes';
import { listProcesses } from './processes';

/** What a migration says that takes away or changes what an earlier version uses. */
export interface Contract {
  /** The number of a migration: a version that knows this one, or a later one, no longer uses what goes. */
  readonly runsBeside: number;
}

/** A migration says so where it cannot work beside what runs. */
const OBJECT_IN_USE = '55006';

/** A table was in use for as long as a migration waits. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Long enough for everybody who waited behind a migration. */
const RETRY_MS = 500;

/** As long as a process takes to drain: a restart stops the old one while the new one begins. */
const PATIENCE_MS = 30_000;

const numberOf = (name: string): number => Number(/(\d{13})/.exec(name)?.[1] ?? 0);

/** The number of the newest migration that this version knows. */
export const NEWEST_MIGRATION = Math.max(...fs.readdirSync(MIGRATIONS_DIRECTORY).map(numberOf));

export interface MigrateOptions {
  readonly url: string;
  /** Holds the migration lock, as the owner of the tables. */
  readonly client: pg.Client;
  /** How long what runs may take to end, in milliseconds. */
  readonly patienceMs?: number;
  /** The newest migration of this version, of a test. */
  readonly newest?: number;
  /** Hears when a migration waits. */
  readonly log?: Logger | undefined;
}

export interface Migrated {
  /** Migrations that the database has and this version does not know: a later version was here. */
  readonly unknown: readonly string[];
  /** What the migrations of this version say that is to be built outside of their transactions. */
  readonly indexes: readonly DeclaredIndex[];
}

/**
 * Runs what is not run yet.
 * @throws ConfigError when this version cannot run on this database, or not beside a process that runs.
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const { url, client, patienceMs = PATIENCE_MS, newest = NEWEST_MIGRATION, log } = options;
  await refuseWhereContracted(client, newest);
  const source = await ownerDataSource(url).initialize();
  try {
    const contracts = contractsOf(source);
    await waitForOlder(client, contracts, patienceMs);
    await runInTurn(source, patienceMs, log);
    await record(client, contracts);
    const known = new Set(namesOf(source));
    const unknown = (await applied(client)).filter((name) => !known.has(name));
    const said = source.migrations.map((migration) => ({ name: nameOf(migration), migration }));
    return { unknown, indexes: declaredBy(said) };
  } catch (error) {
    if ((error as { code?: string }).code === OBJECT_IN_USE)
      throw new ConfigError([(error as Error).message]);
    throw error;
  } finally {
    await source.destroy();
  }
}

/**
 * Each migration waits a moment for its tables (data-source.ts) and then lets everybody else through before it tries again:
 * who waits for a table makes all wait that come after.
 * @throws ConfigError when a table is in use for longer than `patienceMs` at a stretch.
 */
async function runInTurn(source: DataSource, patienceMs: number, log?: Logger): Promise<void> {
  for (const untilMs = Date.now() + patienceMs; ; await pause(RETRY_MS)) {
    try {
      await source.runMigrations();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      log?.warn('database.migration_waits', { error: String(error) });
      if (Date.now() > untilMs)
        throw new ConfigError([
          `a migration needs a table that was in use for ${patienceMs / 1000} s: see pg_stat_activity for who holds it, and start again`,
        ]);
    }
  }
}

const nameOf = (migration: DataSource['migrations'][number]) => migration.name ?? migration.constructor.name;
const namesOf = (source: DataSource) => source.migrations.map(nameOf);

const contractsOf = (source: DataSource): ReadonlyMap<string, number> =>
  new Map(
    source.migrations
      .filter((migration) => 'runsBeside' in migration)
      .map((migration) => [nameOf(migration), (migration as unknown as Contract).runsBeside]),
  );

async function applied(client: pg.Client): Promise<string[]> {
  if (!(await isThere(client, 'migrations'))) return [];
  const { rows } = await client.query('select name from migrations order by id');
  return rows.map(({ name }) => name);
}

async function isThere(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass($1) is not null as there`, [`public.${table}`]);
  return rows[0].there;
}

/** @throws ConfigError when a later version has taken away what this one uses. */
async function refuseWhereContracted(client: pg.Client, newest: number): Promise<void> {
  if (!(await isThere(client, 'contracts'))) return;
  const { rows } = await client.query(
    `select c.migration, c.runs_beside from contracts c join migrations m on m.name = c.migration
     where c.runs_beside > $1 order by c.runs_beside desc limit 1`,
    [newest],
  );
  if (rows.length === 0) return;
  const { migration, runs_beside: runsBeside } = rows[0];
  const running = (await listProcesses(client)).map(
    ({ version, codeSchema }) => `${version} (${codeSchema})`,
  );
  throw new ConfigError([
    `this version cannot run on this database: migration ${migration} has taken away what it uses. Versions that bring ` +
      `migration ${runsBeside} can; the newest of this one is ${newest}` +
      `${running.length > 0 ? `. Now runs ${[...new Set(running)].join(', ')}` : ''}`,
  ]);
}

/** @throws ConfigError when a process runs, and goes on to run, that still uses what a migration is about to take away. */
async function waitForOlder(
  client: pg.Client,
  contracts: ReadonlyMap<string, number>,
  patienceMs: number,
): Promise<void> {
  if (!(await isThere(client, 'processes'))) return;
  const done = new Set(await applied(client));
  const needed = [...contracts].filter(([name]) => !done.has(name)).map(([, runsBeside]) => runsBeside);
  if (needed.length === 0) return;
  for (const untilMs = Date.now() + patienceMs; ; await pause(Math.min(500, patienceMs))) {
    const older = await listProcesses(client, Math.max(...needed));
    if (older.length === 0) return record(client, contracts);
    if (Date.now() < untilMs) continue;
    const named = older.map(({ version, host, pid }) => `${version} on ${host} (process ${pid})`);
    throw new ConfigError([
      `this version takes away what processes that run still use: ${named.join(', ')}. Stop them first, or let a version ` +
        `run between that brings migration ${Math.max(...needed)}`,
    ]);
  }
}

async function record(client: pg.Client, contracts: ReadonlyMap<string, number>): Promise<void> {
  for (const [name, runsBeside] of contracts)
    await client.query(
      'insert into contracts (migration, runs_beside) values ($1, $2) on conflict do nothing',
      [name, runsBeside],
    );
}
