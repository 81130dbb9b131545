// What a set of rules would have done to purchases that were made, beside what was done. Counts alone: whether a rule fires is
// said by the judge in the database.
import type { RulesDocument } from '../risk/rules-document';
import { type Kinds, type MoneyFigures, moneyOf, type Plain, type Purchase } from './backtest-money';
import { type Moved, movedOf } from './backtest-moved';

/** From the mildest to the strictest, by level. */
export const RISK_DECISIONS = ['allow', 'challenge', 'review', 'block'] as const;
export type RiskDecisionName = (typeof RISK_DECISIONS)[number];

/** One decision that was replayed. `purchase`: its intent, or the decision itself where none was made. */
export interface Replayed {
  readonly purchase: string;
  /** 0 allow to 3 block. */
  readonly was: number;
  readonly level: number;
  readonly score: number;
  /** The rules that fired, from 1. */
  readonly fired: readonly number[];
  readonly isPaid: boolean;
  readonly isBad: boolean;
  readonly amountMinor: bigint;
  readonly currency: string;
}

export interface BacktestFigures {
  readonly decisions: number;
  readonly purchases: number;
  readonly paid: number;
  readonly all: Kinds;
  /** By what these rules would decide, and how many had that decision then. */
  readonly byDecision: readonly (Kinds & {
    readonly decision: RiskDecisionName;
    readonly was: number;
    readonly would: number;
  })[];
  readonly changes: readonly {
    readonly was: RiskDecisionName;
    readonly would: RiskDecisionName;
    readonly purchases: number;
  }[];
  /** Of these the ones that a person looks at. */
  readonly moved: readonly Moved[];
  /** Challenged, reviewed or blocked by these rules, and by those that ran. */
  readonly caught: Kinds;
  readonly caughtBefore: Kinds;
  /** Of what was caught and paid, the share that is bad; null: nothing was caught. */
  readonly precision: number | null;
  readonly precisionBefore: number | null;
  /** Of what is bad, the share that was caught; null: nothing is known to be bad. */
  readonly recall: number | null;
  readonly recallBefore: number | null;
  readonly money: readonly MoneyFigures[];
  readonly rules: readonly (Kinds & {
    readonly code: string;
    readonly weight: number;
    readonly fired: number;
  })[];
  /** Scores in steps of five. */
  readonly scores: readonly (Kinds & { readonly from: number; readonly to: number })[];
  /** If everything from a score on were caught: the shares of what is bad and of what is honest. */
  readonly curve: readonly { readonly score: number; readonly bad: number; readonly honest: number }[];
}

export interface Tally {
  add(row: Replayed): void;
  addPlain(plain: Plain): void;
  figures(decisions: number): BacktestFigures;
}

// Twenty steps fit a terminal and a screen.
const SCORE_STEP = 5;
const SCORE_MAX = 100;

/** Counts purchases, each once: of several decisions about one the strictest counts, and each rule that fired in any. */
export function createTally(rules: RulesDocument['rules']): Tally {
  const purchases = new Map<string, Purchase>();
  const plain: Plain[] = [];
  return {
    add: (row) => {
      const known = purchases.get(row.purchase);
      if (!known) {
        const { was, level, score, fired, amountMinor, currency } = row;
        purchases.set(row.purchase, { was, level, score, fired, kind: kindOf(row), amountMinor, currency });
        return;
      }
      known.was = Math.max(known.was, row.was);
      known.level = Math.max(known.level, row.level);
      known.score = Math.max(known.score, row.score);
      const more = row.fired.filter((rule) => !known.fired.includes(rule));
      if (more.length > 0) known.fired = [...known.fired, ...more];
    },
    addPlain: (sum) => {
      plain.push(sum);
    },
    figures: (decisions) => figuresOf(decisions, purchases, plain, rules),
  };
}

const kindOf = ({ isBad, isPaid }: { readonly isBad?: boolean; readonly isPaid: boolean }): keyof Kinds => {
  if (!isPaid) return 'unpaid';
  return isBad ? 'bad' : 'honest';
};

type Counts = { -readonly [Kind in keyof Kinds]: number };
const none = (): Counts => ({ bad: 0, honest: 0, unpaid: 0 });
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

function figuresOf(
  decisions: number,
  byId: ReadonlyMap<string, Purchase>,
  plain: readonly Plain[],
  rules: RulesDocument['rules'],
): BacktestFigures {
  const purchases = [...byId.values()];
  const all = none();
  const caught = none();
  const caughtBefore = none();
  const changes = RISK_DECISIONS.map(() => RISK_DECISIONS.map(() => 0));
  const change = (was: number, level: number, by: number) => {
    const row = changes[was] as number[];
    row[level] = (row[level] ?? 0) + by;
  };
  const would = RISK_DECISIONS.map(none);
  const scores = Array.from({ length: SCORE_MAX / SCORE_STEP }, none);
  const fired = rules.map(none);
  for (const { was, level, score, fired: numbers, kind } of purchases) {
    all[kind]++;
    if (level > 0) caught[kind]++;
    if (was > 0) caughtBefore[kind]++;
    change(was, level, 1);
    (would[level] as Counts)[kind]++;
    (scores[stepOf(score)] as Counts)[kind]++;
    for (const number of numbers) (fired[number - 1] as Counts)[kind]++;
  }
  for (const sum of plain) {
    const kind = kindOf(sum);
    all[kind] += sum.purchases;
    change(0, 0, sum.purchases);
    (would[0] as Counts)[kind] += sum.purchases;
    (scores[0] as Counts)[kind] += sum.purchases;
  }
  return {
    decisions,
    purchases: totalOf(all),
    paid: all.bad + all.honest,
    all,
    byDecision: RISK_DECISIONS.map((decision, at) => ({
      decision,
      was: (changes[at] as number[]).reduce((sum, count) => sum + count, 0),
      would: totalOf(would[at] as Counts),
      ...(would[at] as Counts),
    })),
    changes: changesOf(changes),
    moved: movedOf(byId, rules),
    caught,
    caughtBefore,
    precision: share(caught.bad, caught.bad + caught.honest),
    precisionBefore: share(caughtBefore.bad, caughtBefore.bad + caughtBefore.honest),
    recall: share(caught.bad, all.bad),
    recallBefore: share(caughtBefore.bad, all.bad),
    money: moneyOf(purchases, plain),
    rules: rules.map(({ code, weight }, at) => ({
      ...{ code, weight, fired: totalOf(fired[at] as Counts) },
      ...(fired[at] as Counts),
    })),
    scores: scores.map((counts, at) => ({
      from: at * SCORE_STEP,
      to: at === scores.length - 1 ? SCORE_MAX : (at + 1) * SCORE_STEP - 1,
      ...counts,
    })),
    curve: curveOf(scores, all),
  };
}

const totalOf = ({ bad, honest, unpaid }: Kinds): number => bad + honest + unpaid;

/** 100 stands with those before it. */
const stepOf = (score: number): number =>
  Math.min(Math.floor(score / SCORE_STEP), SCORE_MAX / SCORE_STEP - 1);

const changesOf = (counts: readonly (readonly number[])[]): BacktestFigures['changes'] =>
  counts.flatMap((row, was) =>
    row.flatMap((purchases, would) =>
      purchases > 0
        ? [
            {
              was: RISK_DECISIONS[was] as RiskDecisionName,
              would: RISK_DECISIONS[would] as RiskDecisionName,
              purchases,
            },
          ]
        : [],
    ),
  );

function curveOf(scores: readonly Counts[], all: Kinds): BacktestFigures['curve'] {
  return scores.slice(1).map((_, at) => {
    const above = scores.slice(at + 1);
    const sumOf = (kind: 'bad' | 'honest') => above.reduce((sum, counts) => sum + counts[kind], 0);
    return {
      score: (at + 1) * SCORE_STEP,
      bad: share(sumOf('bad'), all.bad) ?? 0,
      honest: share(sumOf('honest'), all.honest) ?? 0,
    };
  });
}
