// A start beside a database that starts too: it is waited for, with the reason said, and given up in time. What waiting cannot
// mend (a password, a name) is refused at once.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ConfigError } from '../kernel/config';
import type { Logger } from '../telemetry/logger';
import { isAway } from './outage';
import { KEPT_ALIVE } from './pool';

/** By a timer that keeps the process alive: nothing else does, yet. */
const AGAIN_MS = 500;
/** A person who watches the log sees that it still waits, and a night of it fills no disk. */
const SAY_EVERY_MS = 5_000;

/** SQLSTATE of what PostgreSQL says at the door, and what to do about it. */
const REMEDIES: Readonly<Record<string, string>> = {
  '28P01': 'its user or password is not right',
  '28000': 'the server lets this user in from here not at all; see pg_hba.conf there',
  '3D000': 'make it, e.g. "createdb" on the server',
  '42501': 'this user may not connect to it; ask an administrator for "grant connect on database"',
};

/**
 * Waits until the database lets this process in.
 * @param withinMs how long one that is away is waited for
 * @param variable what names it
 * @throws ConfigError when it stays away, or refuses for good.
 */
export async function reachDatabase(
  url: string,
  withinMs: number,
  log?: Pick<Logger, 'warn'>,
  variable = 'DATABASE_URL',
): Promise<void> {
  const untilMs = performance.now() + withinMs;
  for (let saidMs = Number.NEGATIVE_INFINITY; ; await pause(AGAIN_MS)) {
    const error = await whyNot(url);
    if (!error) return;
    const reason = reasonOf(error);
    const remedy = REMEDIES[(error as { code?: string }).code ?? ''];
    if (!isAway(error)) throw new ConfigError([`${variable}: ${reason}${remedy ? `: ${remedy}` : ''}`]);
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0)
      throw new ConfigError([
        `${variable}: no answer${withinMs > 0 ? ` for ${withinMs / 1_000} s (START_WAIT_SECONDS)` : ''}: ${reason}. Is the ` +
          'server running, and is the address right as seen from here?',
      ]);
    if (performance.now() - saidMs < SAY_EVERY_MS) continue;
    saidMs = performance.now();
    log?.warn('database.waited_for', {
      variable,
      error: reason,
      givesUpInSeconds: Math.ceil(leftMs / 1_000),
    });
  }
}

/** Null: it let us in. */
async function whyNot(url: string): Promise<Error | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'credits-gateway start',
    // A pooler takes the connection and waits for the server behind it.
    query_timeout: KEPT_ALIVE.connectionTimeoutMillis,
    ...KEPT_ALIVE,
  });
  // What comes after the answer is nobody's news.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Node says of several addresses that none answered, and keeps the reasons inside. */
function reasonOf(error: Error): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return (inner ?? error).message || String((error as { code?: string }).code ?? error.name);
}
