// The last release, put where its processes can be started beside this one's.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '..', '..');
const RELEASES = path.join(ROOT, 'test', 'fixtures', 'releases');

export interface Release {
  readonly name: string;
  /** Its built program. */
  readonly main: string;
}

/**
 * @param directory an empty one, which it is unpacked to; its packages are installed once for all runs, and then lie ready
 * @returns null where none is kept
 */
export async function unpackLastRelease(directory: string): Promise<Release | null> {
  const kept = fs.existsSync(RELEASES) ? fs.readdirSync(RELEASES) : [];
  const name = kept.sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
  if (name === undefined) return null;
  fs.mkdirSync(directory, { recursive: true });
  const unpack = path.join(ROOT, 'scripts', 'unpack-release.mjs');
  await promisify(execFile)(process.execPath, [unpack, name, directory], { cwd: ROOT });
  return { name, main: path.join(directory, 'dist', 'src', 'main.js') };
}
