// Finds what no hint told of: changes made by another process when there is no Redis, hints that were lost, and what a
// process that died committed but never published. One statement compares all subjects that somebody waits for.
import type pg from 'pg';
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';
import type { Hub } from './hub';

/** Without Redis this is the way to other processes, with it the safety net below it. */
export const POLL_MS = { alone: 200, withRedis: 2_000 } as const;

// Keeps one statement small when very many subjects are open.
const SUBJECTS_MAX = 5_000;

const CHANGED = `
  select a.subject
  from unnest($1::text[], $2::integer[]) a(subject, version)
  cross join lateral (
    select 1 from events e where e.subject = a.subject and e.sequence > a.version and e.version > a.version limit 1
  ) e`;

/** Polls until `signal` aborts. A database that is away is asked again; it is logged once while it lasts. */
export async function pollForChanges(options: {
  readonly pool: pg.Pool;
  readonly hub: Hub;
  readonly log: Logger;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { pool, hub, log, everyMs, signal } = options;
  let isAway = false;
  while (!signal.aborted) {
    await pause(everyMs, signal);
    const open = [...hub.open()];
    for (let at = 0; at < open.length && !signal.aborted; at += SUBJECTS_MAX) {
      const part = open.slice(at, at + SUBJECTS_MAX);
      const values = [part.map(([subject]) => subject), part.map(([, version]) => version)];
      try {
        const { rows } = await pool.query<{ subject: string }>({
          name: 'changed_subjects',
          text: CHANGED,
          values,
        });
        hub.wake(rows.map((row) => row.subject));
        isAway = false;
      } catch (error) {
        if (!isAway) log.warn('events.poll_failed', { error: String(error) });
        isAway = true;
      }
    }
  }
}
