// One look for all loops of a process: a statement asks what of their work is due, a few times a second, so that an idle process
// asks the database little and nothing that comes due waits longer than until the next look.
import type pg from 'pg';
import { pause } from '../kernel/clock';

/** What is due, is found so late at the most. */
const LOOK_EVERY_MS = 300;

export interface Look {
  /** Resolves when there may be something to do for a loop that is waited for; at once when the database did not answer. */
  due(loop: string): Promise<void>;
}

/** @param conditions of each loop's name: SQL that is true when there may be something to do. */
export function createLook(
  pool: Pick<pg.Pool, 'query'>,
  conditions: ReadonlyMap<string, string>,
  stopping: AbortSignal,
): Look {
  const names = [...conditions.keys()];
  const text = `select array_remove(array[${names.map(
    (name, at) => `case when ${conditions.get(name)} then ${at} end`,
  )}], null) as due`;
  const waiting = new Map<string, () => void>();
  let isLooking = false;

  async function dueNow(): Promise<readonly string[]> {
    try {
      const { rows } = await pool.query<{ due: number[] }>({ name: 'what_is_due', text });
      return (rows[0]?.due ?? []).map((at) => names[at] ?? '');
    } catch {
      // Each loop finds out for itself, and says so.
      return names;
    }
  }

  async function look(): Promise<void> {
    isLooking = true;
    while (waiting.size > 0 && !stopping.aborted) {
      await pause(LOOK_EVERY_MS, stopping);
      if (stopping.aborted) break;
      for (const name of await dueNow()) {
        const resolve = waiting.get(name);
        waiting.delete(name);
        resolve?.();
      }
    }
    isLooking = false;
  }

  return {
    due: (loop) =>
      new Promise((resolve) => {
        waiting.set(loop, resolve);
        if (!isLooking) void look();
      }),
  };
}
