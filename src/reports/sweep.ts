import fs from 'node:fs';
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
    .filter((file) => fs.statSync(file).mtimeMs + KEEP_MS < nowMs);
  for (const file of old) fs.rmSync(file, { force: true });
  return old.length;
}
