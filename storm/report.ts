// What is printed of a storm, or of several.
import type { FaultFigures, Figures, RestoreFigures } from './figures';
import { VERBS, type Verb } from './history';

// Named of each broken promise; thousands only hide it.
const NAMED_MAX = 8;

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
const whole = (ms: number) => `${ms.toFixed(0)} ms`;
const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((all, count) => all + count, 0);
const listed = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');

export const faultsOf = ({ faults }: Figures): number => faults.reduce((all, { times }) => all + times, 0);
export const toldOf = ({ told }: Figures): number => sum(told);
export const oddOf = ({ odd }: Figures): number => sum(odd);

/** Lines for a person. */
export function report(figures: Figures): string[] {
  const { told, faults, judged, failed, impossible } = figures;
  return [
    `operations         ${figures.operations}, ${toldOf(figures)} told (${verbs(told)})`,
    `requests           ${figures.requests}, ${figures.answered} answered, p50 ${whole(figures.p50Ms)}, p99 ${whole(figures.p99Ms)}`,
    `not answered       ${listed(figures.unanswered)}`,
    `live events        ${figures.events} on ${figures.streams} streams in ${figures.connections} connections`,
    `faults             ${faultsOf(figures)} of ${faults.length} kinds, and ${oddOf(figures)} requests that met something odd`,
    `settled            ${figures.isSettled ? '' : 'NOT, given up '}after ${seconds(figures.settledMs)}`,
    ...(impossible.length > 0 ? [`not possible here  ${impossible.join(', ')}`] : []),
    ...figures.restores.map(restoreLine),
    '',
    ...faultLines(faults),
    '',
    `odd answers        ${listed(figures.odd)}`,
    '',
    ...judged.flatMap(({ name, broken }) => [
      `${broken.length === 0 ? 'holds ' : 'BROKEN'} ${name}${broken.length === 0 ? '' : `: ${broken.length}`}`,
      ...broken.slice(0, NAMED_MAX).map((line) => `         ${line}`),
    ]),
    ...failed.map((line) => `BROKEN the storm itself: ${line}`),
    '',
    `${figures.violations} violations`,
  ];
}

const verbs = (counts: Readonly<Partial<Record<Verb, number>>>) =>
  VERBS.flatMap((verb) => (counts[verb] ? [`${verb} ${counts[verb]}`] : [])).join(', ');

function restoreLine({ lost, madeAgain, paymentsFound, closedMs, tries }: RestoreFigures): string {
  const count = sum(lost);
  return [
    `restored           ${count} operations lost that had been told${count > 0 ? ` (${verbs(lost)})` : ''}`,
    `${madeAgain} purchases made again, ${paymentsFound} payments found`,
    `nobody let in for ${seconds(closedMs)}, recover begun ${tries === 1 ? 'once' : `${tries} times`}`,
  ].join('; ');
}

/** The longest time without an answer first. */
export function faultLines(faults: readonly FaultFigures[]): string[] {
  return [
    'fault                                            times   longest   no answer from one door / from any, meanwhile and 5 s after',
    ...[...faults]
      .sort((a, b) => b.anyDoorMs - a.anyDoorMs)
      .map(
        ({ name, times, lastedMs, oneDoorMs, anyDoorMs }) =>
          `${name.padEnd(48)} ${String(times).padStart(5)} ${seconds(lastedMs).padStart(9)}   ${seconds(oneDoorMs).padStart(9)} / ${seconds(anyDoorMs)}`,
      ),
  ];
}
