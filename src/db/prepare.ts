// Brings the database to where this version of the code expects it, once, whoever starts first: migrations, functions,
// the application's role, the mode stamp and the epoch, all under one lock.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { ConfigError, type Mode } from '../kernel/config';
import { invariant } from '../kernel/invariant';
import { ownerDataSource } from './data-source';
import { APPLICATION_ROLE, KEPT_ALIVE } from './pool';
import { installQueue } from './queue';

// Any fixed number will do, as long as nothing else in the same database uses it.
const LOCK = 4_000_001;

export const INSTANT_SQL = path.join(__dirname, 'instant.sql');

export interface PrepareOptions {
  readonly url: string;
  readonly mode: Mode;
  /** `.sql` files that create the set-based functions, in the order in which they are installed. */
  readonly functionFiles: readonly string[];
  /** Installs what only mock mode needs. */
  readonly alsoInstall?: (client: pg.Client) => Promise<void>;
}

/**
 * Prepares the database.
 * @throws ConfigError when it was first started in another mode, or when the role cannot be made.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<void> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'credits-gateway migrations',
    ...KEPT_ALIVE,
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await migrate(options.url);
    await installQueue(options.url);
    for (const file of options.functionFiles) await client.query(fs.readFileSync(file, 'utf8'));
    await installRole(client);
    await stampMode(client, options.mode);
    await raiseEpochInNewCluster(client);
    await options.alsoInstall?.(client);
  } finally {
    await client.end();
  }
}

async function migrate(url: string): Promise<void> {
  const source = await ownerDataSource(url).initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

async function installRole(client: pg.Client): Promise<void> {
  try {
    await client.query(fs.readFileSync(path.join(__dirname, 'role.sql'), 'utf8'));
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new ConfigError([
      `DATABASE_URL: this user may not create the role that keeps the ledger append-only. Ask an administrator to run ` +
        `"create role ${APPLICATION_ROLE} nologin; grant ${APPLICATION_ROLE} to <this user>"`,
    ]);
  }
  const { rows } = await client.query(
    `select bool_or(has_table_privilege($1, name, what)) as could
     from unnest(array['journal', 'entries', 'events', 'seals', 'seal_totals', 'receipts', 'lot_history', 'spend_lots', 'audit_log', 'moved_by_hand']) name,
        unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) what`,
    [APPLICATION_ROLE],
  );
  invariant(rows[0].could === false, `Role ${APPLICATION_ROLE} could change the ledger: refusing to start`);
}

async function stampMode(client: pg.Client, mode: Mode): Promise<void> {
  await client.query('update gateway set mode = $1 where mode is null', [mode]);
  const { rows } = await client.query('select mode from gateway');
  if (rows[0].mode !== mode)
    throw new ConfigError([
      `this database holds ${rows[0].mode} payments and cannot be used in ${mode} mode: set another DATABASE_URL or DATA_DIR`,
    ]);
}

/** A dump restored elsewhere carries transaction ids of another cluster; rows of an older epoch count as long past. */
async function raiseEpochInNewCluster(client: pg.Client): Promise<void> {
  await client.query(`
    update gateway set epoch = epoch + 1, system_identifier = c.system_identifier
    from pg_control_system() c where gateway.system_identifier <> c.system_identifier`);
}
