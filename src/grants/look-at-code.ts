import { createHash } from 'node:crypto';
import type pg from 'pg';
import { Fault } from '../kernel/invariant';
import { InvalidStateProblem, notFound, type Problem, RetryLaterProblem } from '../kernel/problems';

/** A code as it is kept, and what it gives beside a purchase. */
export interface UsableCode {
  readonly code: string;
  readonly credits: bigint;
}

/** As it is kept: people type spaces and small letters. */
export const codeOfText = (text: string): string => text.trim().toUpperCase().replaceAll(/\s+/g, '-');

/** The same, or empty where no code looks so. */
export function wellFormedCode(text: string): string {
  const code = codeOfText(text);
  return /^[A-Z0-9-]{1,40}$/.test(code) ? code : '';
}

/**
 * By what guesses are counted, hashed: the user, and the address where one is known.
 * @param address empty, null: not known, or of a back end, which is one address for everybody
 */
export const triesOf = (userId: string, address: string | null): string[] =>
  [`user:${userId}`, ...(address ? [`address:${address}`] : [])].map((who) =>
    createHash('sha256').update(who).digest('hex'),
  );

/**
 * What a code would bring the purchase of a package. Who is first, and who is among so many, is decided when it is paid.
 * @param address see triesOf
 * @throws Problem NOT_FOUND for a code that is none, or not yet; INVALID_STATE for one that brings this purchase nothing;
 *   RATE_LIMITED
 */
export async function lookAtCode(
  { pool }: { readonly pool: pg.Pool },
  typed: string,
  userId: string,
  packageId: string,
  address: string | null,
): Promise<UsableCode> {
  const code = wellFormedCode(typed);
  const { rows } = await pool.query<{ outcome: Outcome; credits: bigint }>(
    'select outcome, credits from look_at_code($1, $2, $3, $4)',
    [code, userId, packageId, triesOf(userId, address)],
  );
  const [looked] = rows;
  if (!looked) throw new Fault(`A code of ${userId} got no answer`);
  if (looked.outcome !== 'usable') throw refusedCode(looked.outcome, ['input', 'promoCode']);
  return { code, credits: looked.credits };
}

export type RefusedCode =
  | 'unknown'
  | 'guessing'
  | 'exhausted'
  | 'over_budget'
  | 'ended'
  | 'used'
  | 'not_first'
  | 'other_package'
  | 'with_purchase'
  | 'too_many';
type Outcome = 'usable' | RefusedCode;

// An hour: as tries are counted.
const TRY_AGAIN_SECONDS = 3_600;

const WORDS: Readonly<Record<Exclude<RefusedCode, 'unknown' | 'guessing'>, string>> = {
  exhausted: 'Others were faster: nothing is left of this code.',
  over_budget: 'Others were faster: nothing is left of this code.',
  ended: 'This code has ended.',
  used: 'You have redeemed this code already.',
  not_first: 'This code is for a first purchase.',
  other_package: 'This code is for other packages.',
  with_purchase: 'This code is redeemed with a purchase: type it when you buy.',
  too_many: 'The balance cannot hold so many credits.',
};

/** What who typed a code is told. @param path of the input that had it */
export function refusedCode(outcome: RefusedCode, path: readonly string[]): Problem {
  if (outcome === 'unknown') return notFound('The code', [...path]);
  if (outcome === 'guessing')
    return new RetryLaterProblem(
      'RATE_LIMITED',
      'Too many codes that are none: try again in an hour.',
      TRY_AGAIN_SECONDS,
    );
  const current = outcome === 'over_budget' ? 'exhausted' : outcome;
  return new InvalidStateProblem(WORDS[outcome], current, []);
}
