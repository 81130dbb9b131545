import fs from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
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
