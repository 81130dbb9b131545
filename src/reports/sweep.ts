import fs from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { sweepImportSets } from '../grants/import-sets';
import { takeDueDays, writeDownDays } from '../jobs/due-days';
import { KEEP_MS } from './download';

export interface SweepDeps {
  readonly pool: pg.Pool;
  readonly config: { readonly dataDir: string };
}

// Of some hundred kB each: a second's work.
const PARTS_AT_ONCE = 200;
/** A part is written before its export ends, and a link is good for a week from then. */
const PART_KEEP_MS = KEEP_MS + 24 * 60 * 60 * 1000;

/**
 * Removes the files of exports that no link leads to any more, and what a killed process left half written.
 * @returns how many parts and files
 */
export async function sweepExports(deps: SweepDeps, nowMs: number = Date.now()): Promise<number> {
  return (await sweepParts(deps.pool)) + (await sweepFiles(deps.config.dataDir, nowMs));
}

async function sweepParts(pool: pg.Pool): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await pool.query(
      `delete from export_parts p using (
         select export_id, attempt, nth from export_parts where written_at < instant() - $1 * interval '1 ms' limit $2) old
       where (p.export_id, p.attempt, p.nth) = (old.export_id, old.attempt, old.nth)`,
      [PART_KEEP_MS, PARTS_AT_ONCE],
    );
    removed += rowCount ?? 0;
    if (rowCount !== PARTS_AT_ONCE) return removed;
  }
}

/** Those of earlier versions, which kept exports on a disk. */
async function sweepFiles(dataDir: string, nowMs: number): Promise<number> {
  const directory = path.join(dataDir, 'exports');
  if (!fs.existsSync(directory)) return 0;
  const old = fs
    .readdirSync(directory)
    .map((name) => path.join(directory, name))
    .filter((file) => (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? nowMs) + KEEP_MS < nowMs);
  // Whatever else lies there, also a folder: one that stays keeps no other from going.
  const removed = await Promise.allSettled(old.map((file) => rm(file, { force: true, recursive: true })));
  return removed.filter(({ status }) => status === 'fulfilled').length;
}

/**
 * One round of the daily sweep. What a sweep removes is old by its own time, so that one is that of every day that waits.
 * @returns 0: the next round comes in its time.
 */
export async function sweepDueDays(deps: SweepDeps): Promise<number> {
  await writeDownDays(deps.pool, 'export_sweep');
  const days = await takeDueDays(deps.pool, 'export_sweep');
  if (days.length === 0) return 0;
  await sweepExports(deps);
  await sweepImportSets(deps.pool);
  await deps.pool.query(
    "update due_days set done_by = 'swept' where work = 'export_sweep' and day = any($1::date[])",
    [days],
  );
  return 0;
}
