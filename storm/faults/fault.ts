// A fault: what is done to the stage for a moment, and undone.
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random';
import type { Stage } from '../stage';

export interface Fault {
  readonly name: string;
  /** Where it is possible; left out: everywhere. */
  readonly possible?: (stage: Stage) => boolean;
  /** Does it and undoes it; back when the weather is as before. */
  readonly run: (stage: Stage, random: Random) => Promise<void>;
}

/** For between so many milliseconds. */
export const lasting = (random: Random, fromMs: number, toMs: number): Promise<void> =>
  pause(random.whole(fromMs, toMs));
