// Connections for the set-based functions and the coalesced reads. They work under the application's role, in
// autocommit, so that a process that freezes holds no lock, and with limits, so that no statement waits for ever.
import pg from 'pg';
import { searchPathOf } from './code';
import { LimitedClient, QUERY_TIMEOUT_MS } from './limited-client';

export const APPLICATION_ROLE = 'credits_gateway_app';

/** Limits of a hot connection, in milliseconds: nothing on the purchase path may take longer and still be of use. */
const LIMITS = {
  idle_in_transaction_session_timeout: 5_000,
  lock_timeout: 2_000,
  statement_timeout: 10_000,
};

/**
 * The `options` parameter that puts a connection under the application's role and limits.
 * @param codeSchema holds the functions that it calls
 */
export const applicationOptions = (codeSchema: string): string =>
  [
    `-c role=${APPLICATION_ROLE}`,
    `-c search_path=${searchPathOf(codeSchema)}`,
    `-c jit=off`,
    ...Object.entries(LIMITS).map(([name, value]) => `-c ${name}=${value}`),
  ].join(' ');

/** The name of a gateway's connections: whoever looks at the server sees which functions each calls. */
export const applicationName = (codeSchema: string): string => `credits-gateway ${codeSchema}`;

const INT8 = 20;

/** bigint columns as bigint: a number would lose what lies above 2^53. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? (text: string) => BigInt(text)
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
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
  constructor(options?: pg.PoolConfig) {
    super({ ...KEPT_ALIVE, ...options, Client: LimitedClient as never });
    this.on('connect', (client) => client.on('error', () => undefined));
    this.on('release', (_error, client) => {
      if (client instanceof LimitedClient) client.timeoutMs = QUERY_TIMEOUT_MS;
    });
  }
}

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
): pg.Pool {
  const pool = new HeardPool({
    connectionString: url,
    max: connectionsMax,
    options: applicationOptions(codeSchema),
    types: columnTypes,
    application_name: applicationName(codeSchema),
  });
  pool.on('error', onError);
  return pool;
}
