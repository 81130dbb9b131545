// The figures that all processes of a gateway share, read from the database when somebody asks: how much waits, how long, and who is
// alive. One statement, each part of which goes by an index of what is open, so that its price is that of what waits.
import type pg from 'pg';

export interface Figures {
  readonly openIntents: readonly { status: string; n: number; oldest: number }[];
  readonly endedIntents: readonly { status: string; n: number }[];
  readonly webhookEvents: readonly { status: string; n: number }[];
  readonly webhookOldest: number;
  readonly behind: readonly { reader: string; n: number; seconds: number }[];
  readonly deliveries: { readonly n: number; readonly oldest: number };
  readonly horizon: string;
  readonly isHorizonHeld: boolean;
  readonly jobs: readonly { kind: string; status: string; n: number }[];
  readonly breaks: readonly { kind: string; n: number }[];
  /** Of the last check of the ledger that ended; null: there was none. */
  readonly ledgerCheck: { readonly age: number; readonly problems: number } | null;
  readonly processes: readonly { role: string; n: number; age: number }[];
  readonly troubles: readonly { provider: string; operation: string; kind: string }[];
  readonly tables: readonly { table: string; bytes: number; rows: number }[];
}

// What readers across subjects have not come to is counted so far: more is told by its age.
const BEHIND_MAX = 10_000;
// Of a process that is gone nothing is said after an hour: that it is missed was said until then.
const HEARD_WITHIN = `interval '1 hour'`;
// Someone who does not do so for three beats does not run, see db/processes.ts.
const ALIVE_WITHIN = `interval '60 seconds'`;
const TABLES_MAX = 12;

const seconds = (since: string) => `coalesce(round(extract(epoch from now.at - ${since}), 3), 0)::float`;
const rowsOf = (query: string) => `(select coalesce(json_agg(x), '[]') from (${query}) x)`;

const FIGURES = `with now as materialized (select instant() as at)
select
  ${rowsOf(`select status, count(*)::integer as n, ${seconds('min(created_at)')} as oldest from intents
    where status in ('pending', 'processing') group by status, now.at`)} as "openIntents",
  ${rowsOf(`select status, count(*)::integer as n from intents
    where completed_at > now.at - interval '1 hour' group by status`)} as "endedIntents",
  ${rowsOf(`select status, count(*)::integer as n from webhook_events
    where lease_until is not null or status in ('dead', 'quarantined') group by status`)} as "webhookEvents",
  (select ${seconds('min(received_at)')} from webhook_events where lease_until < now.at) as "webhookOldest",
  ${rowsOf(`select p.name as reader, b.n, ${seconds('b.since')} as seconds from positions p, lateral (
    select count(*)::integer as n, min(at) as since from (
      (select j.posted_at as at from journal j
        where p.name = 'seals' and (j.epoch, j.xid, j.id) > (p.epoch, p.xid, p.id) order by j.epoch, j.xid, j.id limit ${BEHIND_MAX})
      union all
      (select e.at from events e
        where p.name = 'deliveries' and (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id) order by e.epoch, e.xid, e.id limit ${BEHIND_MAX})
    ) x) b`)} as behind,
  (select json_build_object('n', count(*), 'oldest', greatest(0, ${seconds('min(due_at)')}))
    from deliveries where due_at <= now.at) as deliveries,
  (select horizon())::text as horizon,
  (select horizon() < pg_snapshot_xmax(pg_current_snapshot())) as "isHorizonHeld",
  ${rowsOf(`select kind, status, count(*)::integer as n from jobs where status in ('queued', 'running')
    or (status = 'failed' and finished_at > now.at - interval '7 days') group by kind, status`)} as jobs,
  ${rowsOf(`select kind, count(*)::integer as n from breaks where status = 'open' group by kind`)} as breaks,
  (select json_build_object('age', ${seconds('finished_at')}, 'problems', coalesce(json_array_length(result::json -> 'problems'), 0))
    from jobs where kind = 'ledger_check' and status = 'succeeded' order by created_at desc, id desc limit 1) as "ledgerCheck",
  ${rowsOf(`select role, count(*) filter (where beat_at > now.at - ${ALIVE_WITHIN})::integer as n,
    ${seconds('max(beat_at)')} as age from processes where beat_at > now.at - ${HEARD_WITHIN} group by role, now.at`)} as processes,
  ${rowsOf(`select provider, operation, kind from provider_troubles where last_at > now.at - interval '1 hour'`)} as troubles,
  ${rowsOf(`select c.relname as "table", pg_total_relation_size(c.oid)::float as bytes, greatest(c.reltuples, 0)::float as rows
    from pg_class c where c.relkind = 'r' and c.relnamespace = to_regnamespace('public') order by 2 desc limit ${TABLES_MAX}`)} as tables
from now`;

/** @throws what the database throws */
export async function readFigures(pool: pg.Pool): Promise<Figures> {
  const { rows } = await pool.query<Figures>({ name: 'figures', text: FIGURES });
  return rows[0] as Figures;
}

/**
 * The figures, read once for whoever asks within a moment.
 * @param keptMs for so long what was read is given again
 */
export function keptFigures(pool: pg.Pool, keptMs: number): () => Promise<Figures | null> {
  let read: Promise<Figures | null> = Promise.resolve(null);
  let atMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - atMs >= keptMs) {
      atMs = performance.now();
      // The other figures are worth having also while the database is away.
      read = readFigures(pool).catch(() => null);
    }
    return read;
  };
}
