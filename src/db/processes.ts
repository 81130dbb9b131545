// Who runs on this database: each process says every few seconds that it lives, and which functions it calls.
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { VERSION } from '../kernel/version';
import type { Queryable } from './transaction';

/** A process says so this often: one small statement. */
export const BEAT_EVERY_MS = 20_000;
/** Who has not been heard of for three beats does not run. */
const GONE_AFTER_MS = 3 * BEAT_EVERY_MS;

export interface ThisProcess {
  readonly id: string;
  readonly codeSchema: string;
  /** The number of the newest migration that it knows. */
  readonly newestMigration: number;
  readonly role: string;
}

export interface RunningProcess {
  readonly id: string;
  readonly version: string;
  readonly codeSchema: string;
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly beatAt: Date;
}

/** What this process says of itself. @param role `all`, `api` or `worker` */
export const thisProcess = (codeSchema: string, newestMigration: number, role: string): ThisProcess => ({
  id: randomUUID(),
  codeSchema,
  newestMigration,
  role,
});

/** Says that a process lives. */
export async function beat(
  database: Queryable,
  { id, codeSchema, newestMigration, role }: ThisProcess,
): Promise<void> {
  await database.query(
    `insert into processes (id, version, code_schema, newest_migration, role, host, pid, started_at, beat_at)
     select $1, $2, $3, $4, $5, $6, $7, now.at, now.at from date_trunc('milliseconds', clock_timestamp()) as now(at)
     on conflict (id) do update set beat_at = excluded.beat_at`,
    [id, VERSION, codeSchema, newestMigration, role, os.hostname(), process.pid],
  );
}

/** Says that a process has ended, so that nobody waits for it. */
export async function leave(database: Queryable, { id }: ThisProcess): Promise<void> {
  await database.query('delete from processes where id = $1', [id]);
}

/** Those that run, the oldest first. @param before only those that know no migration of this number or a later one */
export async function listProcesses(
  database: Queryable,
  before = Number.MAX_SAFE_INTEGER,
): Promise<RunningProcess[]> {
  const { rows } = await database.query(
    `select id, version, code_schema as "codeSchema", role, host, pid, started_at as "startedAt", beat_at as "beatAt"
     from processes where beat_at > clock_timestamp() - $1 * interval '1 millisecond' and newest_migration < $2
     order by started_at, id`,
    [GONE_AFTER_MS, before],
  );
  return rows as RunningProcess[];
}

/** Drops the functions of releases of which no process was heard of for a day. @returns how many releases' */
export async function dropUnusedCode(database: Queryable): Promise<number> {
  const { rows } = await database.query('select drop_unused_code() as dropped');
  return rows[0].dropped;
}
