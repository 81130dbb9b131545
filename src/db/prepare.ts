// Brings the database to where this version of the code expects it, once, whoever starts first: migrations, functions,
// the application's role, the mode stamp and the epoch, all under one lock; and then indexes, under none that a start needs.
import path from 'node:path';
import pg from 'pg';
import { ConfigError, type Mode } from '../kernel/config';
import type { Logger } from '../telemetry/logger';
import { type Code, installCode } from './code';
import { stampGatewayId } from './gateway-ids';
import { buildIndexes, type DeclaredIndex } from './indexes';
import { migrate } from './migrate';
import { APPLICATION_ROLE, KEPT_ALIVE } from './pool';
import { beat, type ThisProcess } from './processes';
import { installRole } from './role';
import { checkSecrets, type StoredSecret } from './secret-checks';

// Any fixed number will do, as long as nothing else in the same database uses it.
const LOCK = 4_000_001;

/** The instant that all which one transaction writes has in common. */
export const INSTANT_SQL = path.join(__dirname, 'instant.sql');

export interface PrepareOptions {
  readonly url: string;
  readonly mode: Mode;
  /** The functions of this release. */
  readonly code: Code;
  /** Who asks, where it goes on to run. */
  readonly process?: ThisProcess;
  /** The providers that this version knows. */
  readonly providers?: readonly string[];
  /** What stored things are encrypted or hashed with. */
  readonly secrets?: readonly StoredSecret[];
  /** The setting GATEWAY_ID. */
  readonly gatewayIds?: readonly string[];
  /** Hears what takes long. */
  readonly log?: Logger;
  /** Installs what only mock mode needs. */
  readonly alsoInstall?: (client: pg.Client) => Promise<void>;
}

/**
 * Prepares the database.
 * @throws ConfigError when it was first started in another mode or written with other secrets, when the role cannot be made, or
 * when this version cannot run on it, or not beside what runs.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<void> {
  const indexes = await prepareUnderLock(options);
  await buildIndexes(options.url, indexes, options.log);
}

/** @returns the indexes that this version counts on. */
async function prepareUnderLock(options: PrepareOptions): Promise<readonly DeclaredIndex[]> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'credits-gateway migrations',
    ...KEPT_ALIVE,
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const { unknown, indexes } = await migrate({ url: options.url, client, log: options.log });
    await addProviders(client, options.providers ?? []);
    await installRole(client, unknown.length === 0);
    // Before it counts on its functions: those of a process that lives are not dropped.
    if (options.process) await beat(client, options.process);
    await installCode(client, options.code, APPLICATION_ROLE);
    await stampMode(client, options.mode);
    await stampGatewayId(client, options.gatewayIds ?? [], options.log);
    await checkSecrets(client, options.secrets ?? []);
    await raiseEpochInNewCluster(client);
    await options.alsoInstall?.(client);
    return indexes;
  } finally {
    await client.end();
  }
}

/** A provider that is new has its row before anything names it. */
async function addProviders(client: pg.Client, names: readonly string[]): Promise<void> {
  await client.query('insert into providers (name) select unnest($1::text[]) on conflict do nothing', [
    names,
  ]);
}

async function stampMode(client: pg.Client, mode: Mode): Promise<void> {
  await client.query('update gateway set mode = $1 where mode is null', [mode]);
  const problem = await unfitMode(client, mode);
  if (problem) throw new ConfigError([problem]);
}

/** Why this mode may not use what the database holds; null: it may. Changes nothing. */
export async function unfitMode(client: Pick<pg.ClientBase, 'query'>, mode: Mode): Promise<string | null> {
  const { rows } = await client.query<{ mode: Mode | null }>('select mode from gateway');
  const held = rows[0]?.mode ?? mode;
  return held === mode
    ? null
    : `this database holds ${held} payments and cannot be used in ${mode} mode: set another DATABASE_URL or DATA_DIR`;
}

/** A dump restored elsewhere carries transaction ids of another cluster; rows of an older epoch count as long past. */
async function raiseEpochInNewCluster(client: pg.Client): Promise<void> {
  await client.query(`
    update gateway set epoch = epoch + 1, system_identifier = c.system_identifier
    from pg_control_system() c where gateway.system_identifier <> c.system_identifier`);
}
