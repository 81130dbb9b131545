// Reads that belong to a stream: a database that is away for some seconds is no reason to end it.
import { pause } from '../kernel/clock';
import { NoAnswer } from './limited-client';

// A fail-over takes seconds, a restart of the server's machine a minute; a client that waits longer had better reconnect.
const OUTAGE_MAX_MS = 90_000;
const AGAIN_MS = { least: 100, most: 2_000 } as const;

/** Reads, and reads again while the database is away. Only for what changes nothing. @throws what a read throws at last. */
export async function throughOutage<Result>(read: () => Promise<Result>): Promise<Result> {
  const untilMs = performance.now() + OUTAGE_MAX_MS;
  for (let waitMs: number = AGAIN_MS.least; ; waitMs = Math.min(2 * waitMs, AGAIN_MS.most)) {
    try {
      return await read();
    } catch (error) {
      if (!isAway(error) || performance.now() > untilMs) throw error;
      // Not all at once when it is back.
      await pause(waitMs * (0.5 + Math.random() / 2));
    }
  }
}

/**
 * Whether an error says that the database cannot be reached, of itself or by what it wraps. 08: the connection; 57P0x: the
 * server goes or starts; 53: it has no connection, memory or room on its disk left; 25006: it is a standby yet.
 */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof NoAnswer) return true;
  const { code, cause, driverError } = error as { code?: unknown; cause?: unknown; driverError?: unknown };
  if (AWAY_CODES.test(String(code ?? '')) || AWAY_WORDS.test(error.message)) return true;
  return isAway(cause) || isAway(driverError);
}

const AWAY_CODES =
  /^(08...|57P0.|53...|25006|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const AWAY_WORDS =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|query read timeout|^timeout expired$/i;
