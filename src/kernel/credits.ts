// Credits are whole numbers. Inside they are bigint; outside a JSON number, which every client reads exactly up to 2^53-1.
import { invariant } from './invariant';

/** The most that one purchase, one wallet or one sum in an answer holds: 2^53-1. PostgreSQL holds the same bound. */
export const CREDITS_MAX = BigInt(Number.MAX_SAFE_INTEGER);

export const isSafeCredits = (credits: bigint): boolean => credits <= CREDITS_MAX && credits >= -CREDITS_MAX;

/** As JSON says them: in an answer, an event, an export, a row of the audit log. */
export function jsonCredits(credits: bigint): number {
  invariant(isSafeCredits(credits), `${credits} credits are more than a JSON number says exactly`);
  return Number(credits);
}

/** For JSON.stringify of an input that holds credits. */
export const creditsAsNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? jsonCredits(value) : value;
