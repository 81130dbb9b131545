// What a build was made from: every source file with its size and time, so that a removed file counts too.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export function filesUnder(entry) {
  const at = path.join(root, entry);
  if (!fs.existsSync(at)) return [];
  if (fs.statSync(at).isFile()) return [at];
  return fs
    .readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => path.join(item.parentPath, item.name));
}

export function fingerprint(inputs) {
  return inputs
    .flatMap(filesUnder)
    .sort()
    .map((file) => {
      const { size, mtimeMs } = fs.statSync(file);
      return `${path.relative(root, file)} ${size} ${mtimeMs}`;
    })
    .join('\n');
}

/** What the build at `stamp` was made from; empty when there is none. */
export const builtFrom = (stamp) => (fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8') : '');
