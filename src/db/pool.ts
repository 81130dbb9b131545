// Connections for the set-based functions and the coalesced reads. They work under the application's role, in
// autocommit, so that a process that freezes holds no lock, and with limits, so that no statement waits for ever.
import pg from 'pg';
import { Fault } from '../kernel/invariant';
import { searchPathOf } from './code';
import { LimitedClient, type LimitedConfig, QUERY_TIMEOUT_MS } from './limited-client';
import { preambleOf, type Settings } from './shared-query';

export const APPLICATION_ROLE = 'credits_gateway_app';

/** Limits of a hot connection, in milliseconds: nothing on the purchase path may take longer and still be of use. */
const LIMITS = {
  idle_in_transaction_session_timeout: '5000',
  lock_timeout: '2000',
  statement_timeout: '10000',
};

/**
 * What each statement of a gateway works under.
 * @param codeSchema holds the functions that it calls
 */
export const applicationSettings = (codeSchema: string): Settings => ({
  role: APPLICATION_ROLE,
  search_path: searchPathOf(codeSchema),
  jit: 'off',
  // Of a day of 24 hours: in a zone with summer time PostgreSQL takes `interval '1 day'` for 23 of them, or 25, twice a year.
  timezone: 'UTC',
  ...LIMITS,
});

/**
 * The `options` parameter that puts a connection under the application's role and limits.
 * @param codeSchema holds the functions that it calls
 */
export const applicationOptions = (codeSchema: string): string =>
  Object.entries(applicationSettings(codeSchema))
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');

/** The name of a gateway's connections: whoever looks at the server sees which functions each calls. */
export const applicationName = (codeSchema: string): string => `credits-gateway ${codeSchema}`;

const INT8 = 20;
const TIMESTAMPTZ = 1184;

const parseInstant = pg.types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date;

// As a connection in UTC writes what lies between the years 1000 and 9999, e.g. 2026-03-01 10:00:00.123456+00: all but the
// blank is what Date reads itself, several times faster than the driver's expressions do.
const PLAIN_INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;

/** An instant to the millisecond, cut off; infinity and what lies far away as the driver has it. */
export const readInstant = (text: string): Date =>
  PLAIN_INSTANT.test(text) ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : parseInstant(text);

const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  // A number would lose what lies above 2^53.
  [INT8]: BigInt,
  [TIMESTAMPTZ]: readInstant,
};

/** bigint columns as bigint, instants as dates. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : PARSERS[oid]) ??
    pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

/** A database that does not answer the door within 5 s is down for the caller's purposes. */
const CONNECT_TIMEOUT_MS = 5_000;

/** How every connection is kept, of every pool: none may wait for ever on a peer that is gone. */
export const KEPT_ALIVE = {
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  // A peer that is gone is noticed on an idle connection too: Node probes each second from then on, ten times.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;

/**
 * A pool that hears every error of its connections. pg listens while a connection is idle and while a query runs, but one
 * that was let go after an error and is closing may bring another, and an error that nobody hears ends the process. Its
 * connections are limited, see limited-client.ts.
 */
export class HeardPool extends pg.Pool {
  constructor(options?: pg.PoolConfig & Pick<LimitedConfig, 'preamble' | 'elsewhere'>) {
    super({ ...KEPT_ALIVE, ...options, Client: LimitedClient as never });
    this.on('connect', (client) => client.on('error', () => undefined));
    this.on('release', (_error, client) => {
      if (client instanceof LimitedClient) client.timeoutMs = QUERY_TIMEOUT_MS;
    });
  }
}

/**
 * Who else has our connections of the server. session: nobody; they are told once under which role and limits they work.
 * transaction: a pooler gives them out for a transaction at a time, and each transaction says so (shared-query.ts).
 */
export type Pooling = 'session' | 'transaction';

/**
 * What a pool under the application's role gives its connections, whoever makes the pool.
 * @param codeSchema holds the functions that they call
 */
export function applicationConnection(url: string, codeSchema: string, pooling: Pooling) {
  const settings = applicationSettings(codeSchema);
  return {
    connectionString: url,
    application_name: applicationName(codeSchema),
    ...(pooling === 'transaction'
      ? { preamble: preambleOf(settings) }
      : { options: applicationOptions(codeSchema), onConnect: refuseOther(settings) }),
  };
}

/** Asked of each connection before anything else: what stands in between may have dropped what it was opened with. */
const refuseOther = ({ role, search_path: path }: Settings) =>
  async function refuse(client: Pick<pg.ClientBase, 'query'>): Promise<void> {
    const { rows } = await client.query(
      `select current_user as role, current_setting('search_path') as path`,
    );
    if (rows[0].role !== role || rows[0].path !== path)
      throw new Fault(
        `DATABASE_URL: a connection works as ${rows[0].role} and not under the role ${role} with the functions of this release: ` +
          'refused. A pooler that shares connections by transaction needs DATABASE_POOLING=transaction and DATABASE_DIRECT_URL',
      );
  };

/**
 * A pool under the application's role.
 * @param codeSchema holds the functions that it calls
 * @param onError hears of connections that broke while idle; the pool replaces them.
 */
export function createPool(
  url: string,
  codeSchema: string,
  connectionsMax: number,
  onError: (error: Error) => void,
  pooling: Pooling = 'session',
): pg.Pool {
  const pool = new HeardPool({
    ...applicationConnection(url, codeSchema, pooling),
    max: connectionsMax,
    types: columnTypes,
  });
  pool.on('error', onError);
  return pool;
}
