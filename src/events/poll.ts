// Finds what no hint told of: changes made by another process when there is no Redis, hints that were lost, and what a
// process that died committed but never published. One statement compares all subjects that somebody waits for.
import type pg from 'pg';
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

/** Makes one look at everything that somebody waits for. A database that is away is logged once while it lasts. */
export function createPoll(options: {
  readonly pool: pg.Pool;
  readonly hub: Hub;
  readonly log: Logger;
}): () => Promise<void> {
  const { pool, hub, log } = options;
  let isAway = false;
  return async () => {
    const open = [...hub.open()];
    for (let at = 0; at < open.length; at += SUBJECTS_MAX) {
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
  };
}
