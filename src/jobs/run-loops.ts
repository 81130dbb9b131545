// The one engine of the background work: it starts every loop, keeps each from the others, sets aside what fails, starts
// again what ends, and drains all of it. Loops that have nothing to do wait for one look that asks for all of them.
import type pg from 'pg';
import type { Hub } from '../events/hub';
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';
import { createLook, type Look } from './look';
import type { Loop } from './loop';
import { releaseRound, roundsAside, setAside, WHOLE_ROUND } from './quarantine';
import { endTurn, giveBack, takeTurn, turnIsDue } from './turns';

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
  const conditions = loops.flatMap((loop): [string, string][] => {
    const due = loop.runs === 'once for all' ? turnIsDue(loop) : loop.due;
    return due === undefined ? [] : [[loop.name, due]];
  });
  const look = createLook(deps.pool, new Map(conditions), stopping);
  const looked = new Set(conditions.map(([name]) => name));
  // Asked for all of them, so that a start is not a statement for each. Null: nobody knows.
  const left = roundsAside(deps).catch(() => null);
  await Promise.all(
    loops.map((loop) => keepRunning({ ...deps, left }, loop, looked.has(loop.name) ? look : null, stopping)),
  );
  clearInterval(alive);
}

interface Running extends LoopDeps {
  /** The loops that another process may have left aside. */
  readonly left: Promise<ReadonlySet<string> | null>;
}

async function keepRunning(
  deps: Running,
  loop: Loop,
  look: Look | null,
  stopping: AbortSignal,
): Promise<void> {
  const { log, hub } = deps;
  const said = (error: unknown) => log.error('loop.failed', { loop: loop.name, error: String(error) });
  const alarm = new Alarm();
  stopping.addEventListener('abort', alarm.ring, { once: true });
  const leave = loop.wokenBy === undefined ? () => undefined : hub.hear(loop.wokenBy, alarm.ring);
  while (!stopping.aborted) {
    try {
      await rounds(deps, loop, look, alarm, stopping);
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
async function rounds(
  deps: Running,
  loop: Loop,
  look: Look | null,
  alarm: Alarm,
  stopping: AbortSignal,
): Promise<void> {
  const work = loop.runs === 'once for all' ? whenDue(deps, loop) : loop.work;
  const everyMs = loop.runs === 'once for all' ? Math.min(LOOK_FOR_TURN_MS, loop.everyMs) : loop.everyMs;
  // The first round of a process also releases what another left.
  let isAside = true;
  let isFirst = true;
  let waitMs = everyMs;
  while (!stopping.aborted) {
    // What is set aside comes round by time, so that it is seen to work again.
    const waitsForLook = look && (!isAside || loop.runs === 'once for all');
    await alarm.nap(waitMs, waitsForLook ? () => look.due(loop.name) : null);
    if (stopping.aborted) return;
    try {
      do {
        const done = await work(stopping);
        if (isAside && done !== null) {
          const left = isFirst ? await deps.left : null;
          if (!left || left.has(loop.name)) await releaseRound(deps, loop.name);
          [isAside, isFirst] = [false, false];
        }
        if (!done) break;
      } while (!stopping.aborted);
      waitMs = everyMs;
    } catch (error) {
      [isAside, isFirst] = [true, false];
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

  /** @param then what is waited for after the pause, unless it was cut short */
  async nap(ms: number, then: (() => Promise<void>) | null): Promise<void> {
    const { signal } = this.sleep;
    await pause(ms, signal);
    if (then && !signal.aborted) await Promise.race([then(), aborted(signal)]);
    this.sleep = new AbortController();
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
