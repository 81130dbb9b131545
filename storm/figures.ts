// What a storm comes to in figures, which those of several storms can be added up from.
import { type Asked, type History, VERBS, type Verb } from './history';
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

export interface FaultFigures {
  readonly name: string;
  readonly times: number;
  /** The longest time that it lasted, and without an answer from one door and from any, meanwhile and shortly after, in milliseconds. */
  readonly lastedMs: number;
  readonly oneDoorMs: number;
  readonly anyDoorMs: number;
}

export interface RestoreFigures {
  readonly lost: Readonly<Partial<Record<Verb, number>>>;
  readonly madeAgain: number;
  readonly paymentsFound: number;
  readonly closedMs: number;
  readonly tries: number;
}

export interface Figures {
  readonly operations: number;
  readonly told: Readonly<Record<Verb, number>>;
  readonly requests: number;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests by what came in place of an answer. */
  readonly unanswered: Readonly<Record<string, number>>;
  readonly events: number;
  readonly streams: number;
  readonly connections: number;
  readonly faults: readonly FaultFigures[];
  readonly impossible: readonly string[];
  /** Requests between gateways and providers that met something odd, by kind. */
  readonly odd: Readonly<Record<string, number>>;
  readonly restores: readonly RestoreFigures[];
  readonly settledMs: number;
  readonly isSettled: boolean;
  readonly judged: readonly Judged[];
  readonly failed: readonly string[];
  readonly violations: number;
}

export function figuresOf({
  stage,
  history,
  watchers,
  weather,
  judged,
  settledMs,
  isSettled,
}: Storm): Figures {
  const took = history.asked
    .flatMap(({ fromMs, answeredMs }) => (answeredMs === null ? [] : [answeredMs - fromMs]))
    .sort((a, b) => a - b);
  const share = (part: number) => took[Math.floor(took.length * part)] ?? 0;
  return {
    operations: history.operations.length,
    told: byVerb(history.acknowledged),
    requests: history.asked.length,
    answered: took.length,
    p50Ms: share(0.5),
    p99Ms: share(0.99),
    unanswered: Object.fromEntries(history.unanswered),
    events: watchers.reduce((sum, { seen }) => sum + seen.size, 0),
    streams: watchers.length,
    connections: watchers.reduce((sum, { connections }) => sum + connections, 0),
    faults: faultFigures(weather.happened, history.asked),
    impossible: weather.impossible,
    odd: Object.fromEntries([
      ...stage.providers.met,
      ...[...stage.webhooks.met].map(([kind, count]) => [`webhook ${kind}`, count]),
    ]),
    restores: history.restores.map(({ lost, ...rest }) => ({ ...rest, lost: byVerb(lost) })),
    ...{ settledMs, isSettled, judged },
    failed: weather.failed,
    violations: judged.reduce((sum, { broken }) => sum + broken.length, 0) + weather.failed.length,
  };
}

function byVerb(operations: readonly { readonly verb: Verb }[]): Record<Verb, number> {
  const counts = VERBS.map((verb) => [verb, operations.filter((one) => one.verb === verb).length]);
  return Object.fromEntries(counts) as Record<Verb, number>;
}

/** For so long after a fault what it did may still be felt. */
const AFTER_MS = 5_000;

function faultFigures(happened: readonly Happened[], asked: readonly Asked[]): FaultFigures[] {
  const doors = [...new Set(asked.map(({ door }) => door))];
  const outages = outagesOf(asked);
  const byDoor = doors.map((door) => outagesOf(asked.filter((one) => one.door === door)));
  const names = [...new Set(happened.map(({ name }) => name))];
  return names.map((name) => {
    const those = happened.filter((one) => one.name === name);
    const longest = (all: readonly Outage[]) => Math.max(...those.map((one) => longestIn(all, one)));
    return {
      name,
      times: those.length,
      lastedMs: Math.max(...those.map(({ fromMs, toMs }) => toMs - fromMs)),
      oneDoorMs: Math.max(...byDoor.map(longest)),
      anyDoorMs: longest(outages),
    };
  });
}

interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Between two answers, and only from when somebody asked: nobody misses what nobody asks for. */
function outagesOf(asked: readonly Asked[]): Outage[] {
  const answers = asked.flatMap(({ answeredMs }) => answeredMs ?? []).sort((a, b) => a - b);
  const asks = asked.map(({ fromMs }) => fromMs);
  const outages: Outage[] = [];
  let [before, at] = [asks[0] ?? 0, 0];
  for (const toMs of answers) {
    while (at < asks.length && (asks[at] ?? 0) < before) at += 1;
    outages.push({ fromMs: Math.min(asks[at] ?? before, toMs), toMs });
    before = toMs;
  }
  return outages;
}

/** The longest of those that began before a fault was over and felt, and ended after it began. */
function longestIn(outages: readonly Outage[], { fromMs, toMs }: Happened): number {
  const felt = outages.filter((one) => one.toMs > fromMs && one.fromMs < toMs + AFTER_MS);
  return Math.max(0, ...felt.map((one) => one.toMs - Math.max(one.fromMs, fromMs)));
}
