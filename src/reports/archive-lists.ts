// What an archive is made of: the lists of which retention drops rows, how each is read in the order of its age, and dropped.
import type pg from 'pg';
import { DELIVERY_MAY_GO, dropDeliveries } from '../deliveries/forget-deliveries';
import type { OldEvents } from '../events/forget-events';
import { dropJobs, JOB_MAY_GO } from '../jobs/forget-jobs';
import { dropWebhookEvents, WEBHOOK_EVENT_MAY_GO } from '../webhooks/forget-events';

/** Where a list has been read to. */
export type Place = readonly [at: string, id: string];

export interface ArchivePage {
  /** A JSON object each, with the row's `id`. */
  readonly lines: readonly string[];
  /** Null: nothing more is old. */
  readonly next: Place | null;
}

export interface ArchiveList {
  read(pool: pg.Pool, after: Place | null, before: Date): Promise<ArchivePage>;
  /** @returns how many of the rows were dropped: those that still may go */
  drop(pool: pg.Pool, ids: readonly string[], before: Date): Promise<number>;
}

const PAGE = 1_000;

/**
 * @param from the table, called `t`, and the condition under which a row may go; $1 is before when
 * @param line SQL of the object that is written
 */
const byAge = (from: string, at: string, line: string): Pick<ArchiveList, 'read'> => ({
  read: async (pool, after, before) => {
    const { rows } = await pool.query<{ at: string; id: string; line: string }>(
      `select t.${at}::text as at, t.id, (${line})::text as line from ${from} and t.${at} < $1
       and (t.${at}, t.id) > ($2::timestamptz, $3::text) order by t.${at}, t.id limit ${PAGE}`,
      [before, after?.[0] ?? '-infinity', after?.[1] ?? ''],
    );
    const last = rows.at(-1);
    const next: Place | null = last && rows.length === PAGE ? [last.at, last.id] : null;
    return { lines: rows.map((row) => row.line), next };
  },
});

const attempts = (table: string, key: string) => `jsonb_build_object('attempts', coalesce((
  select jsonb_agg(to_jsonb(a) - '${key}' order by a.number) from ${table} a where a.${key} = t.id), '[]'))`;

const events = (what: OldEvents): ArchiveList => ({
  read: async (pool, after, before) => {
    const { rows } = await pool.query<{ id: bigint; may_go: boolean; line: string | null }>(
      `select l.id, l.may_go, case when l.may_go then (select to_jsonb(e)::text from events e where e.id = l.id) end as line
       from look_at_old_events($1, $2, ${PAGE}, $3) l where l.is_old order by l.id`,
      [what, after?.[1] ?? '0', before],
    );
    const last = rows.at(-1);
    const next: Place | null = last && rows.length === PAGE ? ['', String(last.id)] : null;
    return { lines: rows.flatMap(({ line }) => line ?? []), next };
  },
  drop: async (pool, ids, before) => {
    const text = 'select drop_events($1, $2::bigint[], $3) as dropped';
    const { rows } = await pool.query<{ dropped: number }>(text, [what, ids, before]);
    return rows[0]?.dropped ?? 0;
  },
});

/** By the names of their files, in the order in which they are dropped: progress goes once its job is gone or over. */
export const ARCHIVE_LISTS: Readonly<Record<string, ArchiveList>> = {
  deliveries: {
    ...byAge(
      `deliveries t where ${DELIVERY_MAY_GO}`,
      'created_at',
      `to_jsonb(t) || ${attempts('delivery_attempts', 'delivery_id')}`,
    ),
    drop: (pool, ids, before) => dropDeliveries({ pool }, ids, before),
  },
  // Bodies are sealed, and gone after a month anyway.
  webhook_events: {
    ...byAge(
      `webhook_events t where ${WEBHOOK_EVENT_MAY_GO}`,
      'received_at',
      `to_jsonb(t) - 'body' || ${attempts('webhook_attempts', 'event_id')}`,
    ),
    drop: (pool, ids, before) => dropWebhookEvents({ pool }, ids, before),
  },
  timeline: events('timeline'),
  // What an export signed its links with is nobody's to keep.
  jobs: {
    ...byAge(
      `(select * from jobs j where ${JOB_MAY_GO}) t where true`,
      'created_at',
      "to_jsonb(t) #- '{result,secret}'",
    ),
    drop: (pool, ids, before) => dropJobs({ pool }, ids, before),
  },
  job_progress: events('jobs'),
};
