// Which fault comes when: two at a time, one on the gateways and their database and one on all around them, each kind once before any
// comes again.
import { setTimeout as pause } from 'node:timers/promises';
import { DATABASE_FAULTS, DATABASE_NETWORK_FAULTS } from './faults/databases';
import type { Clients, Fault } from './faults/fault';
import {
  CLIENT_FAULTS,
  PROVIDER_FAULTS,
  REDIS_FAULTS,
  USUAL_ODD_SHARE,
  WEBHOOK_FAULTS,
} from './faults/others';
import { PROCESS_FAULTS } from './faults/processes';
import { RESTORE_FAULTS } from './faults/restored';
import type { Random } from './random';
import type { Stage } from './stage';

/** Those of one list never come together: they would undo each other. */
export const LANES: readonly (readonly Fault[])[] = [
  [...PROCESS_FAULTS, ...DATABASE_FAULTS, ...DATABASE_NETWORK_FAULTS, ...RESTORE_FAULTS],
  [...REDIS_FAULTS, ...PROVIDER_FAULTS, ...WEBHOOK_FAULTS, ...CLIENT_FAULTS],
];

export interface Happened {
  readonly name: string;
  readonly fromMs: number;
  toMs: number;
}

export interface Weather {
  readonly happened: readonly Happened[];
  /** Names of what cannot be done on this machine. */
  readonly impossible: readonly string[];
  /** Faults of the storm itself: what could not be undone. */
  readonly failed: readonly string[];
}

/**
 * Lets faults come until the time is over, and waits until each is undone.
 * @param only kinds by a part of their names; null: all
 * @param untilMs on the clock of performance.now()
 */
export async function faults(
  stage: Stage,
  clients: Clients,
  random: Random,
  untilMs: number,
  only: string | null,
  say: (line: string) => void,
): Promise<Weather> {
  const happened: Happened[] = [];
  const impossible: string[] = [];
  const failed: string[] = [];
  stage.providers.oddShare = USUAL_ODD_SHARE;
  const lane = async (all: readonly Fault[], choices: Random) => {
    const possible = all.filter(({ name, possible }) => {
      const isHere = possible?.(stage) ?? true;
      if (!isHere) impossible.push(name);
      return isHere && (only === null || name.includes(only));
    });
    let deck = longFirst(choices.shuffled(possible), choices);
    while (performance.now() < untilMs && possible.length > 0) {
      await pause(choices.whole(50, 500));
      if (deck.length === 0) deck = choices.shuffled(possible);
      const fault = deck.pop() as Fault;
      const one: Happened = { name: fault.name, fromMs: performance.now(), toMs: 0 };
      happened.push(one);
      await fault
        .run(stage, choices, clients)
        .catch((error) => failed.push(`${fault.name}: ${String(error?.stack ?? error)}`));
      one.toMs = performance.now();
      say(`${fault.name}, ${((one.toMs - one.fromMs) / 1_000).toFixed(1)} s`);
    }
  };
  await Promise.all(LANES.map((all, at) => lane(all, random.fork(`lane ${at}`))));
  stage.providers.oddShare = 0;
  return { happened, impossible, failed };
}

/** The same, with those that take long in the half that comes first, which is the end. */
function longFirst(deck: readonly Fault[], choices: Random): Fault[] {
  const short = deck.filter(({ isLong }) => !isLong);
  const half = short.length >> 1;
  return [
    ...short.slice(0, half),
    ...choices.shuffled([...short.slice(half), ...deck.filter(({ isLong }) => isLong)]),
  ];
}
