// What both adapters share on the way to a provider: a wire that can be swapped while the SDK stays, and one clock for a
// whole call, because the SDKs measure silence on a socket: an answer that drips in a byte at a time never times out.
import type { Money } from '../kernel/money';
import type { Turn, TurnDenied } from '../limits/call-queue';
import type { Pace } from '../limits/pace';
import type { TraceSubject } from '../telemetry/observed';
import type { CallOptions, Failure, Outcome } from './provider';

/** One HTTP request as an SDK built it. Header names are in lower case, `path` carries the query. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Of a multipart form one character for each byte. */
  body: string;
}

/** Header names in lower case. */
export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Carries a request to a provider without a socket. It may reject; the outcome is then unknown. */
export type Transport = (request: WireRequest) => Promise<WireResponse>;

/** The time that one call of the port has, over all the requests that it takes. */
export interface Deadline {
  /** Aborts when time is up. */
  readonly signal: AbortSignal;
  /** Whole milliseconds left, at least 1: the SDKs read 0 as their own default. */
  remainingMs(): number;
  /**
   * Waits until a request may leave; the clock stands still meanwhile.
   * @param operation named as the provider counts it, without ids.
   * @throws TurnDenied
   */
  turn(operation: string): Promise<void>;
  /** Says at which operation the call is, where the turn was not taken by its name. */
  named(operation: string): void;
}

/** What the calls of one provider have in common. */
export interface Line {
  /** Null: the provider takes as many calls as we have. */
  readonly pace: Pace | null;
  readonly turn: Turn;
  /** Hears how each call ended, with the operation that it was at and how long it took, in milliseconds. */
  readonly heard: (operation: string, outcome: Outcome<unknown>, ms: number, about?: TraceSubject) => void;
}

/** As the lists of a provider take them: each page is a call. */
export type LinedOptions = CallOptions & { readonly line?: Line };

export const OPEN_LINE: Line = { pace: null, turn: 'payer', heard: () => undefined };

/** The provider answered with something that it should not: another object, or a shape that cannot be read. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** Calls to providers that somebody waits for in front of a screen: how many are under way in this process. */
export const payersCalls = { underWay: 0 };

/**
 * Runs one call of the port against the clock and always resolves: with what `work` says, with what `failureOf` makes
 * of whatever it threw, or with unknown/timeout after `timeoutMs` milliseconds, however the wire hangs.
 */
export function withDeadline<T>(
  { timeoutMs, line = OPEN_LINE, about }: LinedOptions,
  work: (deadline: Deadline) => Promise<Outcome<T>>,
  failureOf: (error: unknown) => Failure,
): Promise<Outcome<T>> {
  const abort = new AbortController();
  const startedMs = performance.now();
  const counted = line.turn === 'payer' ? 1 : 0;
  payersCalls.underWay += counted;
  let operation = '';
  let isDenied = false;
  return new Promise<Outcome<T>>((resolve) => {
    const clock = startClock(timeoutMs, () => {
      resolve({ kind: 'unknown', reason: 'timeout' });
      abort.abort();
    });
    const turn = async (name: string) => {
      operation = name;
      if (!line.pace) return;
      const taken = line.pace.take(name, line.turn).catch((error: unknown) => {
        isDenied = true;
        throw error;
      });
      await clock.standStill(taken);
    };
    const named = (name: string) => {
      operation = name;
    };
    const deadline = { signal: abort.signal, remainingMs: clock.remainingMs, turn, named };
    const attempt = () => work(deadline).catch((error: unknown) => failureOf(error));
    attempt()
      .then((outcome) => inItsTurn(line, outcome, attempt, () => isDenied))
      .then(resolve)
      .finally(clock.end);
  }).then((outcome) => {
    payersCalls.underWay -= counted;
    line.heard(operation, outcome, performance.now() - startedMs, about);
    return outcome;
  });
}

// Two silences, and whoever pays is told that it will take longer.
const REPEATS_MAX = 2;

/**
 * A refusal for its rate is the one answer after which nothing has happened for certain: all processes fall silent, and a
 * payer, who waits in front of a screen, asks again in turn; for everybody else the work comes back by itself.
 */
async function inItsTurn<T>(
  { pace, turn }: Line,
  first: Outcome<T>,
  again: () => Promise<Outcome<T>>,
  isDenied: () => boolean,
): Promise<Outcome<T>> {
  let outcome = first;
  for (let repeats = 0; pace && isRefused(outcome) && !isDenied(); repeats++) {
    await pace.refused(outcome.retryAfterMs ?? null);
    if (turn !== 'payer' || repeats >= REPEATS_MAX) break;
    outcome = await again();
  }
  return outcome;
}

const isRefused = (outcome: Outcome<unknown>): outcome is Failure & { retryAfterMs?: number } =>
  outcome.kind === 'retryable' && outcome.reason === 'rate_limited';

/** Calls `onEnd` after `ms` milliseconds, not counting those in which it stood still. */
function startClock(ms: number, onEnd: () => void) {
  let endsAtMs = performance.now() + ms;
  let timer: NodeJS.Timeout | undefined = setTimeout(onEnd, ms);
  let standing = 0;
  let stoodAtMs = 0;
  let isOver = false;
  const remainingMs = () => Math.max(1, Math.ceil(endsAtMs - performance.now()));
  return {
    remainingMs,
    /** Requests of one call may wait at the same time. */
    standStill: async (wait: Promise<void>) => {
      if (standing++ === 0) {
        clearTimeout(timer);
        stoodAtMs = performance.now();
      }
      try {
        await wait;
      } finally {
        if (--standing === 0 && !isOver) {
          endsAtMs += performance.now() - stoodAtMs;
          timer = setTimeout(onEnd, remainingMs());
        }
      }
    },
    end: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** A call that was held back: nothing happened, and when to come again is known. */
export const heldBack = ({ waitMs }: TurnDenied): Failure => ({
  kind: 'retryable',
  reason: 'rate_limited',
  retryAfterMs: Math.ceil(waitMs),
});

// What a provider asks for beyond this is a mistake, or a day that nobody waits for.
const RETRY_AFTER_MS_MAX = 3_600_000;

/** What a 429 says about when to come again: seconds, or a date; nothing when it does not say. */
export function retryAfter(header: unknown): { retryAfterMs?: number } {
  if (typeof header !== 'string' || header.trim() === '') return {};
  const ms = /^\d{1,9}(\.\d+)?$/.test(header.trim())
    ? Number(header) * 1_000
    : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? {} : { retryAfterMs: Math.min(Math.max(0, Math.ceil(ms)), RETRY_AFTER_MS_MAX) };
}

/** The refusal of an amount that JSON cannot carry exactly, before anything is sent; null when it can. */
export function amountRefusal(amount: Money): Failure | null {
  if (Number.isSafeInteger(Number(amount.amountMinor))) return null;
  return { kind: 'rejected', code: 'amount_out_of_range', message: 'The amount is too large to be sent' };
}

/** The first `lengthMax` characters, for a field of a provider that holds no more; no character is cut in two. */
export const cutText = (text: string, lengthMax: number) => Array.from(text).slice(0, lengthMax).join('');

/** Lower-case names and single text values, from whatever an SDK hands over. */
export function wireHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** What JSON says; undefined where it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
