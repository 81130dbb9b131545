// Calls a set-based function of the database for many callers at once. One bad, stuck or poisonous row never fails its
// neighbours: what is busy comes again with the next set and at last waits in a lane of its own, a set that met a
// conflict is sent again whole, and any other error is halved until the row at fault stands alone.
import type pg from 'pg';
import { type Batch, batch, Rejected, UnderWay } from '../kernel/batch';
import { pause } from '../kernel/clock';
import { RetryLaterProblem } from '../kernel/problems';
import { NoAnswer } from './limited-client';

export interface SetVerbOptions<Row, Answer> {
  readonly pool: pg.Pool;
  /** Name of the prepared statement; one for each text. */
  readonly name: string;
  /** Must answer with `ord`, counting from 1, for each row. */
  readonly text: string;
  readonly values: (rows: readonly Row[], wait: boolean) => unknown[];
  /**
   * What a row locks, the id of its user: rows about the same user never stand in two sets at the same time, of this verb or
   * of others over the same pool, where the second would find the first one's lock. Left out: two sets may be on their way
   * whatever is in them.
   */
  readonly keyOf?: (row: Row) => string;
  /** True for an answer that says: somebody else holds the lock. */
  readonly isBusy?: (answer: Answer) => boolean;
}

/** A call that brings one or several rows which must be worked together, answered in their order. */
export type SetVerb<Row, Answer> = (rows: readonly Row[]) => Promise<Answer[]>;

interface Call<Row> {
  readonly rows: readonly Row[];
  tries: number;
}

// Sent again as often before it waits: a lock on the purchase path is held for about as long as a set takes.
const BUSY_TRIES_MAX = 3;
const BUSY_PAUSE_MS = 5;
const CONFLICT_TRIES_MAX = 5;
// While a set is on its way, a second one, of other users where it matters, leaves beside it when it is of so many: the start of a set costs the
// database as much as some twenty rows of it, so that smaller ones share the next start instead.
const BESIDE_MIN = 32;
// Four may wait at the same time: each holds a connection for up to lock_timeout.
const WAITING_MAX = 4;

/** Makes a function that sends its rows in shared sets. @throws RetryLaterProblem when a lock was not to be had. */
export function setVerb<Row, Answer extends { ord: number }>(
  options: SetVerbOptions<Row, Answer>,
): SetVerb<Row, Answer> {
  const isBusy = options.isBusy ?? (() => false);
  const waiting: Batch<Call<Row>, Answer[]> = batch({
    name: `${options.name} (waits)`,
    send: (calls) => send(calls, true),
    itemsMax: 1,
    inFlightMax: WAITING_MAX,
  });
  const { keyOf } = options;
  const shared: Batch<Call<Row>, Answer[]> = batch({
    name: options.name,
    send: (calls) => send(calls, false),
    besideMin: BESIDE_MIN,
    ...(keyOf && {
      keyOf: ({ rows: [row] }) => (row === undefined ? '' : keyOf(row)),
      underWay: underWayOver(options.pool),
    }),
  });

  async function send(calls: readonly Call<Row>[], wait: boolean): Promise<(Answer[] | Rejected)[]> {
    try {
      return await query(options, calls, wait);
    } catch (error) {
      const fault = isLockTimeout(error) ? locked() : error;
      // No row is at fault when the database cannot be reached.
      if (calls.length === 1 || isWorthSendingAgain(error) || error instanceof NoAnswer)
        return calls.map(() => new Rejected(fault));
      const half = Math.ceil(calls.length / 2);
      return [...(await send(calls.slice(0, half), wait)), ...(await send(calls.slice(half), wait))];
    }
  }

  async function call(rows: readonly Row[]): Promise<Answer[]> {
    const mine: Call<Row> = { rows, tries: 0 };
    for (;;) {
      const answers = await (mine.tries < BUSY_TRIES_MAX ? shared(mine) : waiting(mine));
      if (!answers.some(isBusy)) return answers;
      mine.tries++;
      await pause(BUSY_PAUSE_MS * 2 ** mine.tries * Math.random());
    }
  }

  return call;
}

const lockedOver = new WeakMap<pg.Pool, UnderWay>();

function underWayOver(pool: pg.Pool): UnderWay {
  const known = lockedOver.get(pool) ?? new UnderWay();
  lockedOver.set(pool, known);
  return known;
}

/** One statement for all calls; conflicts and lost connections are met by sending the same set again. */
async function query<Row, Answer extends { ord: number }>(
  options: SetVerbOptions<Row, Answer>,
  calls: readonly Call<Row>[],
  wait: boolean,
): Promise<Answer[][]> {
  const rows = calls.flatMap((call) => call.rows);
  const values = options.values(rows, wait);
  for (let tries = 1; ; tries++) {
    try {
      const result = await options.pool.query({ name: options.name, text: options.text, values });
      return answersByCall(calls, result.rows as Answer[]);
    } catch (error) {
      if (!isWorthSendingAgain(error) || tries >= CONFLICT_TRIES_MAX) throw error;
      // Apart by chance, so that two sets that met once do not meet again.
      await pause(5 * tries + Math.random() * 20 * tries);
    }
  }
}

function answersByCall<Row, Answer extends { ord: number }>(calls: readonly Call<Row>[], answers: Answer[]) {
  const byOrd: Answer[] = [];
  for (const answer of answers) byOrd[answer.ord - 1] = answer;
  let next = 0;
  return calls.map((call) => {
    const from = next;
    next += call.rows.length;
    return byOrd.slice(from, next);
  });
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

// 40001 serialization failure, 40P01 deadlock; class 08 and 57P0x: the connection went.
function isWorthSendingAgain(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(40001|40P01|08...|57P0.|ECONNRESET|EPIPE)$/.test(code)) return true;
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|client has encountered a connection error/i.test(message);
}

// 55P03: lock_timeout. 57014: statement_timeout.
const isLockTimeout = (error: unknown) => /^(55P03|57014)$/.test(codeOf(error));

const locked = () => new RetryLaterProblem('IN_PROGRESS', 'Another call is working on this right now.', 1);
