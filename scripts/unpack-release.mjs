// Puts a release that test/fixtures/releases keeps where it can be started: node scripts/unpack-release.mjs v0.1.0 <empty folder>
// Its packages are those that are installed here, one link each, where its lockfile names the same; else they are installed in the
// temporary folder, once for all runs and clones.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { root } from './fingerprint.mjs';

const [release = '', target = ''] = process.argv.slice(2);
const archive = path.join(root, 'test', 'fixtures', 'releases', release, 'built.tar.br');
if (!fs.existsSync(archive) || !target) {
  process.stderr.write(`There is no ${archive}: node scripts/keep-release.mjs <tag> makes it\n`);
  process.exit(1);
}
execFileSync('tar', ['-x', '-C', target], { input: brotliDecompressSync(fs.readFileSync(archive)) });

/** What runs: without what only builds, and without our own packages, of which each release has its own. */
const neededBy = (directory) => {
  const { packages } = JSON.parse(fs.readFileSync(path.join(directory, 'package-lock.json'), 'utf8'));
  const needed = Object.entries(packages).filter(
    ([name, { dev, link }]) => name.includes('node_modules/') && !dev && !link,
  );
  return new Map(needed.map(([name, { version }]) => [name, version]));
};
const here = neededBy(root);
const isHere = [...neededBy(target)].every(([name, version]) => here.get(name) === version);
const from = isHere ? path.join(root, 'node_modules') : install();
const modules = path.join(target, 'node_modules');
fs.mkdirSync(path.join(modules, '@credits-gateway'), { recursive: true });
for (const name of fs.readdirSync(from))
  if (name !== '@credits-gateway') fs.symlinkSync(path.join(from, name), path.join(modules, name));
fs.symlinkSync('../../packages/simulator', path.join(modules, '@credits-gateway', 'simulator'));

function install() {
  const lock = fs.readFileSync(path.join(target, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const cache = path.join(ownFolder(), hash);
  const done = path.join(cache, 'installed');
  if (!fs.existsSync(done)) {
    fs.cpSync(target, cache, { recursive: true });
    // The database of the tests is this version's; the release is given its address.
    execFileSync('npm', ['ci', '--omit=dev', '--omit=optional', '--no-fund', '--no-audit'], {
      cwd: cache,
      stdio: 'inherit',
    });
    fs.writeFileSync(done, '');
  }
  return path.join(cache, 'node_modules');
}

/** Nobody else's: what lies there is run. */
function ownFolder() {
  const user = process.getuid?.() ?? os.userInfo().username;
  const folder = path.join(os.tmpdir(), `credits-gateway-releases-${user}`);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.lstatSync(folder);
  if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0))
    throw new Error(`${folder} may be written to by others: remove it`);
  return folder;
}
