// What a storm prints when it is over.
import type { History } from './history';
import { VERBS } from './history';
import type { Judged } from './judge';
import type { Stage } from './stage';
import type { Watcher } from './watcher';
import type { Happened, Weather } from './weather';

export interface Storm {
  readonly stage: Stage;
  readonly history: History;
  readonly watchers: readonly Watcher[];
  readonly weather: Weather;
  readonly judged: readonly Judged[];
  readonly settledMs: number;
  readonly isSettled: boolean;
}

// Named of each broken promise; thousands only hide them.
const NAMED_MAX = 8;

const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
const total = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/** @returns lines for a person, and how many promises were broken */
export function report(storm: Storm): { readonly lines: string[]; readonly violations: number } {
  const { stage, history, watchers, weather, judged } = storm;
  const odd = new Map([
    ...stage.providers.met,
    ...[...stage.webhooks.met].map(([k, n]): [string, number] => [`webhook ${k}`, n]),
  ]);
  const took = [...history.tookMs].sort((a, b) => a - b);
  const share = (part: number) => `${(took[Math.floor(took.length * part)] ?? 0).toFixed(0)} ms`;
  const violations = judged.reduce((sum, { broken }) => sum + broken.length, 0) + weather.failed.length;
  const versions = watchers.reduce((sum, { seen }) => sum + seen.size, 0);
  const lines = [
    `operations         ${history.operations.length}, ${history.acknowledged.length} told (${VERBS.map((verb) => `${verb} ${history.acknowledged.filter((one) => one.verb === verb).length}`).join(', ')})`,
    `requests           ${history.attempts}, ${history.answered.length} answered, p50 ${share(0.5)}, p99 ${share(0.99)}`,
    `not answered       ${[...history.unanswered]
      .sort((a, b) => b[1] - a[1])
      .map(([why, count]) => `${why} ${count}`)
      .join(', ')}`,
    `live events        ${versions} on ${watchers.length} streams in ${watchers.reduce((sum, { connections }) => sum + connections, 0)} connections`,
    `faults             ${weather.happened.length} of ${new Set(weather.happened.map(({ name }) => name)).size} kinds, and ${total(odd)} requests that met something odd`,
    `settled            ${storm.isSettled ? '' : 'NOT, given up '}after ${seconds(storm.settledMs)}`,
    ...(weather.impossible.length > 0 ? [`not possible here   ${weather.impossible.join(', ')}`] : []),
    '',
    'fault                                            times   longest   no answer from one door / from any, meanwhile and 5 s after',
    ...faultLines(weather.happened, history),
    '',
    `odd answers        ${[...odd]
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    '',
    ...judged.flatMap(({ name, broken }) => [
      `${broken.length === 0 ? 'holds ' : 'BROKEN'} ${name}${broken.length === 0 ? '' : `: ${broken.length}`}`,
      ...broken.slice(0, NAMED_MAX).map((line) => `         ${line}`),
    ]),
    ...weather.failed.map((line) => `BROKEN the storm itself: ${line}`),
    '',
    `${violations} violations`,
  ];
  return { lines, violations };
}

/** For so long after a fault what it did may still be felt. */
const AFTER_MS = 5_000;

function faultLines(happened: readonly Happened[], history: History): string[] {
  const names = [...new Set(happened.map(({ name }) => name))];
  const doors = [...new Set(history.answered.map(({ door }) => door))];
  const all = history.answered.map(({ atMs }) => atMs);
  const byDoor = doors.map((door) =>
    history.answered.filter((one) => one.door === door).map(({ atMs }) => atMs),
  );
  const rows = names.map((name) => {
    const those = happened.filter((one) => one.name === name);
    const longest = (times: readonly number[]) =>
      Math.max(...those.map(({ fromMs, toMs }) => longestGap(times, fromMs, toMs + AFTER_MS)));
    return {
      name,
      times: those.length,
      lasted: Math.max(...those.map(({ fromMs, toMs }) => toMs - fromMs)),
      one: Math.max(...byDoor.map(longest)),
      any: longest(all),
    };
  });
  return rows
    .sort((a, b) => b.any - a.any)
    .map(
      ({ name, times, lasted, one, any }) =>
        `${name.padEnd(48)} ${String(times).padStart(5)} ${seconds(lasted).padStart(9)}   ${seconds(one).padStart(9)} / ${seconds(any)}`,
    );
}

/** The longest time without an answer that began within the span. */
function longestGap(sorted: readonly number[], fromMs: number, toMs: number): number {
  let longest = 0;
  let before = fromMs;
  for (const atMs of sorted) {
    if (atMs < fromMs) continue;
    longest = Math.max(longest, atMs - before);
    before = atMs;
    if (before > toMs) break;
  }
  return longest;
}
