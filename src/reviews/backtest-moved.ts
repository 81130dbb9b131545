// Which purchases a change of the rules is about: those of which other rules decide otherwise. Pure.
import { type Kinds, type Purchase } from './backtest-money';

/** A purchase of which these rules decide otherwise than those that ran. */
export interface Moved {
  /** int_… of a purchase, or rsk_ and the row's number of the decision by which none was made. */
  readonly purchase: string;
  /** 0 allow to 3 block. */
  readonly was: number;
  readonly would: number;
  /** By these rules, 0 to 100. */
  readonly score: number;
  readonly kind: keyof Kinds;
  /** The codes of the rules that would fire. */
  readonly codes: readonly string[];
  readonly amountMinor: bigint;
  readonly currency: string;
}

// What a person reads; the counts of `changes` are of all.
export const MOVED_MAX = 50;

// What is known counts first: a fraud that is let go, or an honest payer who is held up, decides about a change.
const ORDER: readonly (keyof Kinds)[] = ['bad', 'honest', 'unpaid'];

/** At most MOVED_MAX: what is known to be bad first, then honest ones, then those never paid; of each the largest amounts first. */
export function movedOf(
  purchases: ReadonlyMap<string, Purchase>,
  rules: readonly { readonly code: string }[],
): Moved[] {
  return [...purchases]
    .filter(([, { was, level }]) => was !== level)
    .sort(
      ([, a], [, b]) =>
        ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || compare(b.amountMinor, a.amountMinor),
    )
    .slice(0, MOVED_MAX)
    .map(([purchase, { was, level, score, kind, fired, amountMinor, currency }]) => ({
      ...{ purchase, was, would: level, score, kind, amountMinor, currency },
      codes: fired.map((number) => rules[number - 1]?.code ?? ''),
    }));
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
