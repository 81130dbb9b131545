// What a soak prints when it is over: a line for each series that could grow, and whether it does.
import { median } from '../../bench/statistics';
import { grows, secondHalf, trendOf } from './judge';
import type { Sample, TableSize } from './sample';

export interface Look {
  readonly sample: Sample;
  readonly tables: readonly TableSize[];
  /** Done since the start. */
  readonly operations: number;
}

export interface Report {
  readonly lines: string[];
  /** What grows, in words. */
  readonly growing: string[];
}

interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** A change over the second half that is none, in the unit of the values. */
  readonly tolerance: number;
  readonly scale: number;
  readonly unit: string;
  /** Not judged: the simulator stands in for somebody else. */
  readonly isShownOnly?: boolean;
}

const MB = 1_048_576;
// By what a name ends with. 2 MB in 15 minutes are some 100 bytes an operation where 20 come in a second: the least that one entry
// of a map costs. What is counted may be off by the few that one busy moment makes.
const KINDS: readonly (readonly [ending: string, tolerance: number, scale: number, unit: string])[] = [
  ['heap', 2 * MB, MB, 'MB'],
  ['outside the heap', 2 * MB, MB, 'MB'],
  // V8 gives memory back when it likes.
  ['resident', 16 * MB, MB, 'MB'],
  ['descriptors', 4, 1, ''],
  ['handles', 4, 1, ''],
  ['timers', 8, 1, ''],
  ['connections', 2, 1, ''],
  ['locks', 20, 1, ''],
  ['locks waited for', 2, 1, ''],
  ['idle in a transaction', 1, 1, ''],
  ['oldest transaction', 1, 1, 's'],
];
// Of what waits for the worker: about what comes in a second.
const COUNTED = ['', 20, 1, ''] as const;
// Of rows that are dead: autovacuum comes when a fifth of a table is.
const DEAD_TOLERANCE = 0.1;
const SMALL_ROWS = 1_000;
const ROW_TOLERANCE = 0.1;
// Between halves: pages are taken by ones, and a table's file by larger pieces.
const PER_OPERATION_MAX = 1.15;
const LOOKS_A_MINUTE = 6;
// A row keeps what its user did within windows of hours and days, and users of a soak do more than any person.
const BY_WINDOW = new Set(['risk_counters']);
// Empty caches and tables fill: not looked at.
const WARM_UP = 0.1;

/** @param looks at equal distances, the oldest first; at least twelve */
export function report(all: readonly Look[]): Report {
  const looks = all.slice(Math.floor(all.length * WARM_UP));
  const series = [...processes(looks), ...tablesOf(looks)];
  const growing: string[] = [];
  const rows = series.map((one) => {
    const { name, values, tolerance, scale, unit } = one;
    const isGrowing = grows(values, tolerance);
    const isHeld = isGrowing && !one.isShownOnly;
    const show = (value: number) => `${(value / scale).toFixed(scale === 1 && unit === '' ? 0 : 2)}`;
    const { change, atLeast } = trendOf(secondHalf(values));
    if (isHeld) growing.push(`${name}: by ${show(change)} ${unit} over the second half`);
    const verdict = one.isShownOnly ? '' : isHeld ? 'GROWS' : 'flat';
    return [name, unit, ...quarters(values).map(show), show(change), show(atLeast), show(tolerance), verdict];
  });
  const { rows: perOperation, growing: more } = bytesOf(looks);
  const head = ['', 'unit', '1st', '2nd', '3rd', '4th quarter', 'change', 'at least', 'tolerated', ''];
  return {
    lines: [...table([head, ...rows]), '', ...table(perOperation)],
    growing: [...growing, ...more],
  };
}

function processes(looks: readonly Look[]): Series[] {
  const names = [...(looks[0]?.sample.keys() ?? [])];
  return names.map((name) => {
    const [, tolerance, scale, unit] = KINDS.find(([ending]) => name.endsWith(ending)) ?? COUNTED;
    const seen = looks.map(({ sample }) => sample.get(name) ?? 0);
    const values = scale === MB ? seen : leasts(seen);
    return { name, values, tolerance, scale, unit, isShownOnly: name.startsWith('simulator') };
  });
}

/** Bloat: what is dead, what small tables weigh, and what a row of each larger one does. */
function tablesOf(looks: readonly Look[]): Series[] {
  const sum = (of: (table: TableSize) => number) =>
    looks.map(({ tables }) => tables.reduce((all, one) => all + of(one), 0));
  const live = sum((one) => one.live);
  const dead = sum((one) => one.dead);
  const last = looks.at(-1)?.tables ?? [];
  const isSmall = new Set(last.filter(({ live }) => live < SMALL_ROWS).map(({ name }) => name));
  const weight = ({ heap, indexes }: TableSize) => heap + indexes;
  const large = last.filter(({ name, heap }) => !isSmall.has(name) && heap > MB);
  return [
    {
      name: 'dead rows, share',
      values: dead.map((count, at) => (100 * count) / (count + (live[at] as number) + 1)),
      ...{ tolerance: 100 * DEAD_TOLERANCE, scale: 1, unit: '%' },
    },
    {
      name: `${isSmall.size} small tables`,
      values: sum((one) => (isSmall.has(one.name) ? weight(one) : 0)),
      ...{ tolerance: MB, scale: MB, unit: 'MB' },
    },
    ...large.map(({ name }): Series => {
      const values = looks.map(({ tables }) => {
        const found = tables.find((one) => one.name === name) as TableSize;
        return weight(found) / Math.max(1, found.live);
      });
      return {
        name: `a row of ${name}`,
        values,
        tolerance: ROW_TOLERANCE * median(values),
        isShownOnly: BY_WINDOW.has(name),
        scale: 1,
        unit: 'B',
      };
    }),
  ];
}

/** What the database grows by with each operation, in each half. */
function bytesOf(looks: readonly Look[]): { rows: string[][]; growing: string[] } {
  const growing: string[] = [];
  const halves = [looks.slice(0, looks.length >> 1), secondHalf(looks)];
  const rows = (['heap', 'indexes'] as const).map((part) => {
    const [first = 0, second = 0] = halves.map((half) => {
      const bytes = trendOf(half.map(({ tables }) => tables.reduce((sum, one) => sum + one[part], 0))).change;
      return bytes / trendOf(half.map(({ operations }) => operations)).change;
    });
    const isMore = second > first * PER_OPERATION_MAX;
    const name = part === 'heap' ? 'tables, bytes an operation' : 'indexes, bytes an operation';
    if (isMore) growing.push(`${name}: from ${first.toFixed(0)} to ${second.toFixed(0)}`);
    return [
      name,
      first.toFixed(0),
      second.toFixed(0),
      `× ${(second / first).toFixed(2)}`,
      isMore ? 'GROWS' : 'flat',
    ];
  });
  return { rows: [['', '1st half', '2nd half', '', ''], ...rows], growing };
}

/** The least of each minute: what is under way comes and goes, and what leaks stays. */
function leasts(values: readonly number[]): number[] {
  const minutes = Array.from(
    { length: Math.floor(values.length / LOOKS_A_MINUTE) },
    (_, at) => at * LOOKS_A_MINUTE,
  );
  return minutes.map((at) => Math.min(...values.slice(at, at + LOOKS_A_MINUTE)));
}

function quarters(values: readonly number[]): number[] {
  const length = values.length / 4;
  return [0, 1, 2, 3].map((at) =>
    median(values.slice(Math.floor(at * length), Math.floor((at + 1) * length))),
  );
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
