// One look at everything that could grow: each process from outside and from within, and the database.
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Program } from '../program';
import type { Stand } from './stand';

/** By name, e.g. `gateway heap`. */
export type Sample = ReadonlyMap<string, number>;

/** Of one table: rows as the server counts them, and bytes of it and of its indexes. */
export interface TableSize {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  readonly heap: number;
  readonly indexes: number;
}

const PROBE_WITHIN_MS = 5_000;

const SESSIONS = `
  select count(*) filter (where backend_type = 'client backend')::integer as connections,
    count(*) filter (where state = 'idle in transaction' and state_change < now() - interval '5 s')::integer as "idle in a transaction",
    coalesce(max(extract(epoch from now() - xact_start)) filter (where backend_type = 'client backend'), 0)::float as "oldest transaction"
  from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
const LOCKS = `
  select count(*) filter (where granted)::integer as locks, count(*) filter (where not granted)::integer as "locks waited for"
  from pg_locks where pid <> pg_backend_pid()`;
// What waits for the worker. A purchase that nobody paid is no backlog.
const BACKLOG = `
  select (select count(*) from webhook_events where processed_at is null and status in ('received', 'processing', 'failed', 'parked'))::integer as "webhook events",
    (select count(*) from deliveries where status in ('pending', 'failed'))::integer as deliveries,
    (select count(*) from jobs where status in ('queued', 'running'))::integer as jobs,
    (select count(*) from events e, positions p where p.name = 'deliveries' and (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id))::integer as "events to relay",
    (select count(*) from journal j, positions p where p.name = 'seals' and (j.epoch, j.xid, j.id) > (p.epoch, p.xid, p.id))::integer as "postings to seal",
    (select count(*) from refunds where status = 'pending')::integer as refunds,
    (select count(*) from quarantine)::integer as "rows set aside"`;
const TABLES = `
  select relname as name, n_live_tup::float as live, n_dead_tup::float as dead,
    pg_table_size(relid)::float as heap, pg_indexes_size(relid)::float as indexes
  from pg_stat_user_tables where schemaname = 'public'`;

export async function look(
  stand: Stand,
  database: pg.Client,
): Promise<{ sample: Sample; tables: TableSize[] }> {
  const sample = new Map<string, number>();
  for (const program of [stand.gateway, stand.worker, stand.simulator])
    for (const [name, value] of await ofProcess(stand, program)) sample.set(`${program.name} ${name}`, value);
  for (const text of [SESSIONS, LOCKS])
    for (const [name, value] of Object.entries((await database.query(text)).rows[0]))
      sample.set(name, value as number);
  const backlog = await backlogOf(database);
  for (const [name, value] of Object.entries(backlog)) sample.set(`waiting ${name}`, value);
  const { rows } = await database.query<TableSize>(TABLES);
  return { sample, tables: rows };
}

export async function backlogOf(database: pg.Client): Promise<Record<string, number>> {
  return (await database.query(BACKLOG)).rows[0];
}

async function ofProcess(stand: Stand, program: Program): Promise<[string, number][]> {
  const { pid } = program;
  if (pid === null) throw new Error(`${program.name} is not there: ${program.log.slice(-3).join('\n')}`);
  const file = stand.probeFile(program.name);
  fs.rmSync(file, { force: true });
  program.signal('SIGUSR2');
  for (const untilMs = performance.now() + PROBE_WITHIN_MS; !fs.existsSync(file); await pause(20))
    if (performance.now() > untilMs) throw new Error(`${program.name} does not answer SIGUSR2`);
  const { heapUsed, external, timers, handles } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const rss = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
  return [
    ['heap', heapUsed],
    ['outside the heap', external],
    ['resident', rss],
    ['descriptors', fs.readdirSync(`/proc/${pid}/fd`).length],
    ['handles', handles],
    ['timers', timers],
  ];
}
