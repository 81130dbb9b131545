// The one engine of the background work: it starts every loop, keeps each from the others, sets aside what fails, starts
// again what ends, and drains all of it.
import type pg from 'pg';
import type { Hub } from '../events/hub';
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';
import type { Loop } from './loop';
import { releaseRound, setAside, WHOLE_ROUND } from './quarantine';
import { endTurn, giveBack, takeTurn } from './turns';

export interface LoopDeps {
  readonly pool: pg.Pool;
  readonly hub: Hub;
  readonly log: Logger;
}

// After a round that failed: long enough not to spin, short enough that nobody waits for what the loop does.
const AGAIN_AFTER_MS = 2_000;
// Whether a turn that is once for all is due is one look at a row.
const LOOK_FOR_TURN_MS = 2_000;
const DAY_MS = 86_400_000;

/** Runs loops until `stopping` aborts, then lets each end its round and drains it. Never throws. */
export async function runLoops(deps: LoopDeps, loops: readonly Loop[], stopping: AbortSignal): Promise<void> {
  // Pauses keep no process alive, nor do connections that broke: one that only works in the background lives by this.
  const alive = setInterval(() => undefined, DAY_MS);
  await Promise.all(loops.map((loop) => keepRunning(deps, loop, stopping)));
  clearInterval(alive);
}

async function keepRunning(deps: LoopDeps, loop: Loop, stopping: AbortSignal): Promise<void> {
  const { log, hub } = deps;
  const said = (error: unknown) => log.error('loop.failed', { loop: loop.name, error: String(error) });
  const alarm = new Alarm();
  stopping.addEventListener('abort', alarm.ring, { once: true });
  const leave = loop.wokenBy === undefined ? () => undefined : hub.hear(loop.wokenBy, alarm.ring);
  while (!stopping.aborted) {
    try {
      await rounds(deps, loop, alarm, stopping);
    } catch (error) {
      said(error);
      await pause(AGAIN_AFTER_MS, stopping);
      if (!stopping.aborted) log.warn('loop.restarted', { loop: loop.name });
    }
  }
  leave();
  await loop.drain?.().catch(said);
}

/** One round after the other, a while between them, so that they never overlap. */
async function rounds(deps: LoopDeps, loop: Loop, alarm: Alarm, stopping: AbortSignal): Promise<void> {
  const work = loop.runs === 'once for all' ? whenDue(deps, loop) : loop.work;
  const everyMs = loop.runs === 'once for all' ? Math.min(LOOK_FOR_TURN_MS, loop.everyMs) : loop.everyMs;
  // The first round of a process also releases what another left.
  let isAside = true;
  let waitMs = everyMs;
  while (!stopping.aborted) {
    await alarm.nap(waitMs);
    if (stopping.aborted) return;
    try {
      do {
        const done = await work(stopping);
        if (isAside && done !== null) {
          await releaseRound(deps, loop.name);
          isAside = false;
        }
        if (!done) break;
      } while (!stopping.aborted);
      waitMs = everyMs;
    } catch (error) {
      isAside = true;
      waitMs = Math.max(everyMs, AGAIN_AFTER_MS);
      await setAside(deps, loop.name, WHOLE_ROUND, error);
    }
  }
}

/** A round where it is this process's turn; null where it is not. One that fails is taken again, by whoever comes first. */
const whenDue =
  ({ pool, log }: LoopDeps, loop: Loop) =>
  async (stopping: AbortSignal): Promise<number | null> => {
    const turn = await takeTurn(pool, loop);
    if (!turn) return null;
    log.info('schedule.due', { schedule: loop.name });
    try {
      await loop.work(stopping);
      await endTurn(pool, loop, turn);
      return 0;
    } catch (error) {
      await giveBack(pool, loop, turn);
      throw error;
    }
  };

/** A pause that can be cut short, also by what rang before it began. */
class Alarm {
  private sleep = new AbortController();

  readonly ring = (): void => this.sleep.abort();

  async nap(ms: number): Promise<void> {
    await pause(ms, this.sleep.signal);
    this.sleep = new AbortController();
  }
}
