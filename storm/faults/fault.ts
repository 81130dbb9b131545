// A fault: what is done to the stage for a moment, and undone.
import { setTimeout as pause } from 'node:timers/promises';
import type { History } from '../history';
import type { Random } from '../random';
import type { Stage } from '../stage';
import type { Watcher } from '../watcher';

/** What clients know, for faults after which it is another world to them. */
export interface Clients {
  readonly history: History;
  readonly watchers: readonly Watcher[];
}

export interface Fault {
  readonly name: string;
  /** Where it is possible; left out: everywhere. */
  readonly possible?: (stage: Stage) => boolean;
  /** Takes many seconds: it comes early, so that a storm of a minute has it. */
  readonly isLong?: boolean;
  /** Does it and undoes it; back when the weather is as before. */
  readonly run: (stage: Stage, random: Random, clients: Clients) => Promise<void>;
}

/** For between so many milliseconds. */
export const lasting = (random: Random, fromMs: number, toMs: number): Promise<void> =>
  pause(random.whole(fromMs, toMs));
