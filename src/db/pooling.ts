// What stands between a process and its database: nothing, a pooler that keeps a connection for us, or one that gives it out for
// a transaction at a time. Found out at the start, before anything is asked that needs a session.
import pg from 'pg';
import { ConfigError } from '../kernel/config';
import { KEPT_ALIVE, type Pooling } from './pool';

/** A path that nobody has unless it was asked for. */
const MARK = 'credits_gateway_start';

/** PgBouncer, of what it does not pass on: protocol_violation, as the server says of parameters that nobody knows. */
const REFUSED = /unsupported (startup parameter|options)/i;

export interface Addresses {
  readonly url: string;
  /** The server itself; empty: `url` is. */
  readonly directUrl: string;
  /** What was set; empty: find out. */
  readonly asked: Pooling | '';
}

/**
 * How connections of `url` are shared.
 * @throws ConfigError when they are shared by transaction and nothing else leads to the server, or something else than the
 * database behind them.
 */
export async function findPooling({ url, directUrl, asked }: Addresses): Promise<Pooling> {
  const pooling = asked || ((await keepsOptions(url)) ? 'session' : 'transaction');
  if (pooling === 'transaction' && directUrl === '')
    throw new ConfigError([
      'DATABASE_DIRECT_URL: DATABASE_URL leads through a pooler that shares connections by transaction. Set this one to the server ' +
        'itself, for migrations and what else needs a connection of its own',
    ]);
  if (directUrl !== '' && (await identity(url)) !== (await identity(directUrl)))
    throw new ConfigError([
      'DATABASE_DIRECT_URL: leads to another database than DATABASE_URL does: name the server and the database behind the pooler',
    ]);
  return pooling;
}

/**
 * How connections of a replica are shared; one that is away is no reason not to start.
 * @throws ConfigError when it answers and is a copy of nothing that `url` leads to
 */
export async function findReplicaPooling(url: string, readUrl: string): Promise<Pooling> {
  const theirs = await identity(readUrl).catch(() => null);
  if (theirs !== null && theirs !== (await identity(url)))
    throw new ConfigError([
      'DATABASE_READ_URL: leads to another database than DATABASE_URL does: name a replica of that server, and the same database there',
    ]);
  return (await keepsOptions(readUrl).catch(() => true)) ? 'session' : 'transaction';
}

/** Whether a connection is what it was opened with. PgBouncer refuses it, or was told to drop it. */
async function keepsOptions(url: string): Promise<boolean> {
  try {
    const { path } = await ask(
      url,
      `select current_setting('search_path') as path`,
      `-c search_path=${MARK}`,
    );
    return path === MARK;
  } catch (error) {
    if (error instanceof Error && REFUSED.test(error.message)) return false;
    throw error;
  }
}

/** Which database of which server: a copy of it has the same identifier, and is no other database. */
async function identity(url: string): Promise<string> {
  const { id } = await ask(
    url,
    `select system_identifier || '/' || d.oid as id from pg_control_system(), pg_database d where datname = current_database()`,
  );
  return String(id);
}

async function ask(url: string, statement: string, options?: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'credits-gateway start',
    query_timeout: KEPT_ALIVE.connectionTimeoutMillis,
    ...KEPT_ALIVE,
    ...(options === undefined ? {} : { options }),
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(statement);
    return rows[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}
