// Packages that one check alone needs, kept out of the project's own install: each folder of them has its package.json and
// lockfile, and is installed when that check first runs, or when its lockfile has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './fingerprint.mjs';

/**
 * Installs what a folder's lockfile says, unless it is there.
 * @param folder from the project's root, such as `tools/style`
 * @returns where a program of it is, by its name
 * @throws what npm says, when it cannot be installed
 */
export function installed(folder) {
  const at = path.join(root, folder);
  const lock = fs.readFileSync(path.join(at, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(at, 'node_modules', '.installed');
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== wanted) {
    process.stderr.write(`${folder}: installed once\n`);
    const { status, stderr } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--prefer-offline'], {
      cwd: at,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`npm ci in ${folder} ended with ${status}\n${stderr}`);
    fs.writeFileSync(stamp, wanted);
  }
  return (program) => path.join(at, 'node_modules', '.bin', program);
}
