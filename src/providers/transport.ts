// What both adapters share on the way to a provider: a wire that can be swapped while the SDK stays, and one clock for a
// whole call, because the SDKs measure silence on a socket: an answer that drips in a byte at a time never times out.
import type { Money } from '../kernel/money';
import type { Failure, Outcome } from './provider';

/** One HTTP request as an SDK built it. Header names are in lower case, `path` carries the query. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
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
}

/** The provider answered with something that it should not: another object, or a shape that cannot be read. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/**
 * Runs one call of the port against the clock and always resolves: with what `work` says, with what `failureOf` makes
 * of whatever it threw, or with unknown/timeout after `timeoutMs` milliseconds, however the wire hangs. What cannot even
 * be made a failure of was an answer that nobody can read.
 */
export function withDeadline<T>(
  timeoutMs: number,
  work: (deadline: Deadline) => Promise<Outcome<T>>,
  failureOf: (error: unknown) => Failure,
): Promise<Outcome<T>> {
  const abort = new AbortController();
  const endsAtMs = performance.now() + timeoutMs;
  const deadline: Deadline = {
    signal: abort.signal,
    remainingMs: () => Math.max(1, Math.ceil(endsAtMs - performance.now())),
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'unknown', reason: 'timeout' });
      abort.abort();
    }, timeoutMs);
    const run = async () => work(deadline);
    void run()
      .catch((error: unknown) => failureOf(error))
      .catch((): Failure => ({ kind: 'unknown', reason: 'bad_response' }))
      .then((outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
  });
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
