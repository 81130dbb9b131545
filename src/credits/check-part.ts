// Which part of the ledger a daily check reads: what is new since the last one, and a piece of what was read before, so that within some
// days everything is read again.
import { CHAIN_START, type ChainPlace } from './chain';
import { INVARIANTS } from './verify';

/** Where the reading of what was read before has come to; kept with the result of each check. */
export interface Rolling {
  /** Where the next piece begins. */
  readonly place: ChainPlace;
  /** When this round began, and the one before it: what is older than that one has been read since. ISO 8601. */
  readonly lapBegan: string;
  readonly lapBefore: string;
  /** Which of the invariants are next: a number that goes up by one a day. */
  readonly turn: number;
}

/** What a check reads that does not read everything. */
export interface CheckPart {
  /** Everything up to here was read before; what is behind it is new. */
  readonly since: ChainPlace;
  readonly rolling: Rolling;
  /** How many postings are read again. */
  readonly postings: number;
  /** Which invariants are held against the whole ledger. */
  readonly invariants: readonly string[];
  /** Turns that this check takes. */
  readonly turns: number;
}

export interface LastCheck {
  readonly at: Date;
  readonly ok: boolean;
  /** Where its chain ended. */
  readonly place: ChainPlace | null;
  readonly rolling: Rolling | null;
}

const DAY_MS = 86_400_000;
// A ledger that is smaller is read whole each time: it takes seconds (30 s for a million entries), and nothing waits for its turn.
const WHOLE_BELOW_POSTINGS = 100_000;

/** As after a check that has read everything. */
export const rollingFrom = (at: Date): Rolling => ({
  place: CHAIN_START,
  lapBegan: at.toISOString(),
  lapBefore: at.toISOString(),
  turn: 0,
});

/**
 * What the next check reads.
 * @param days within which everything is read again
 * @param at when it begins
 * @returns null: everything, because there is no sound check to go on from, or little to read
 */
export function partAfter(
  last: LastCheck | null,
  days: number,
  at: Date,
  wholeBelow = WHOLE_BELOW_POSTINGS,
): CheckPart | null {
  if (!last?.ok || !last.place || !last.rolling || days <= 1) return null;
  const postings = Number(last.place.number);
  if (postings < wholeBelow) return null;
  // Days on which no check ran are made up for.
  const turns = Math.min(days, Math.max(1, Math.round((at.getTime() - last.at.getTime()) / DAY_MS)));
  const { turn } = last.rolling;
  return {
    since: { ...last.place, problems: [] },
    rolling: last.rolling,
    postings: Math.ceil((postings * turns) / days),
    invariants: Object.keys(INVARIANTS).filter((_, nth) => offset(nth, turn, days) < turns),
    turns,
  };
}

/** How many turns from now an invariant is due. */
const offset = (nth: number, turn: number, days: number) => (((nth - turn) % days) + days) % days;
