import fs from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { takeDueDays, writeDownDays } from '../jobs/due-days';
import { KEEP_MS } from './download';

/** Removes the files of exports that no link leads to any more, and what a killed process left half written. */
export async function sweepExports(
  { config }: { readonly config: { readonly dataDir: string } },
  nowMs: number = Date.now(),
): Promise<number> {
  const directory = path.join(config.dataDir, 'exports');
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
export async function sweepDueDays(deps: {
  readonly pool: pg.Pool;
  readonly config: { readonly dataDir: string };
}): Promise<number> {
  await writeDownDays(deps.pool, 'export_sweep');
  const days = await takeDueDays(deps.pool, 'export_sweep');
  if (days.length === 0) return 0;
  await sweepExports(deps);
  await deps.pool.query(
    "update due_days set done_by = 'swept' where work = 'export_sweep' and day = any($1::date[])",
    [days],
  );
  return 0;
}
