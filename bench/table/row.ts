// A row of the table: what it measures beside whom, and what has to come of it.
import { type Figure, figure, type Measured, type Round, type Turns } from './rounds';
import type { Stands } from './stands';

export interface Goal {
  readonly what: string;
  readonly figure: Figure;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Result {
  readonly title: string;
  readonly sides: readonly Measured[];
  readonly goals: readonly Goal[];
  /** What a reader has to know of how it was measured. */
  readonly notes: readonly string[];
}

export interface Row {
  /** What `--only` is given. */
  readonly name: string;
  run(stands: Stands, turns: Turns): Promise<Result[]>;
}

/** One measurement that has no spread. */
export const single = (value: number): Figure => ({ median: value, least: value, most: value });

/** What is only told has none. */
export const hasBar = ({ atLeast, atMost }: Goal): boolean => atLeast !== undefined || atMost !== undefined;

/** By the median; one that is not known is missed. */
export const isMet = ({ figure, atLeast, atMost }: Goal): boolean =>
  figure.median >= (atLeast ?? Number.NEGATIVE_INFINITY) &&
  figure.median <= (atMost ?? Number.POSITIVE_INFINITY);

const digits = (value: number) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
export const number = (value: number): string =>
  Number.isNaN(value) ? '?' : Number(value.toFixed(digits(value))).toLocaleString('en');
const spread = ({ median, least, most }: Figure) =>
  least === most ? number(median) : `${number(median)} (${number(least)} to ${number(most)})`;

export function goalText(goal: Goal): string {
  const { what, figure, atLeast, atMost } = goal;
  const bar = [
    atLeast === undefined ? '' : `≥ ${number(atLeast)}`,
    atMost === undefined ? '' : `≤ ${number(atMost)}`,
  ];
  if (Number.isNaN(figure.median))
    return `MISSED ${what}: no round is believed, wanted ${bar.filter(Boolean).join(' and ')}`;
  if (bar.every((text) => text === '')) return `       ${what}: ${spread(figure)}`;
  return `${isMet(goal) ? 'met   ' : 'MISSED'} ${what}: ${spread(figure)}, wanted ${bar.filter(Boolean).join(' and ')}`;
}

/** A result as lines of a report. */
export function linesOf({ title, sides, goals, notes }: Result): string[] {
  const lines = sides.map((side) => {
    const of = (what: (round: Round) => number) => figure(side, what);
    const [p50, p99] = [of((r) => r.p50Ms), of((r) => r.p99Ms)];
    const names = Object.keys(side.rounds.find((round) => round !== null)?.more ?? {});
    const hasAny = side.rounds.some((round) => round !== null);
    const cells = [
      hasAny ? `${spread(of((r) => r.perSecond))}/s` : 'no round is believed',
      Number.isNaN(p50.median) ? '' : `p50 ${number(p50.median)}, p99 ${spread(p99)} ms`,
      Number.isNaN(of((r) => r.serverUs).median) ? '' : `process ${number(of((r) => r.serverUs).median)} µs`,
      Number.isNaN(of((r) => r.postgresUs).median)
        ? ''
        : `PostgreSQL ${number(of((r) => r.postgresUs).median)} µs`,
      !hasAny ? '' : `client ${(of((r) => r.clientShare).median * 100).toFixed(0)} %`,
      ...names.map((name) => `${name} ${spread(of((r) => r.more[name] ?? Number.NaN))}`),
      side.thrownAway.length === 0
        ? ''
        : `${side.thrownAway.length} of ${side.rounds.length} rounds thrown away (${side.thrownAway[0]})`,
    ];
    return `  ${side.name.padEnd(40)} ${cells.filter(Boolean).join(' | ')}`;
  });
  return [
    title,
    ...lines,
    ...goals.map((goal) => `  ${goalText(goal)}`),
    ...notes.map((note) => `  ${note}`),
  ];
}
