// What an install weighs, on the disk: all of it, and what of it a production install (npm ci --omit=dev) keeps. Fails above
// the budget, and where something that only development needs would go to production.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './fingerprint.mjs';

// All: what we want a newcomer to wait for, 397 MB on Linux x64 today; what one check alone needs stands under tools/ and is
// installed by that check. Production: the 190 MB that were measured, and a tenth, as packages grow with each release.
const BUDGET_MB = { all: 400, production: 209 };
const BYTES_PER_BLOCK = 512;
const LISTED = 8;

const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));

/** Bytes that a package takes, without the packages inside it. */
function sizeOf(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + sizeOf(name);
    return sum + fs.lstatSync(name).blocks * BYTES_PER_BLOCK;
  }, fs.lstatSync(folder).blocks * BYTES_PER_BLOCK);
}

const { devDependencies } = read('package.json');
const locked = Object.entries(read('package-lock.json').packages);
const packages = locked
  .filter(([folder, { link }]) => folder.startsWith('node_modules/') && !link)
  .filter(([folder]) => fs.existsSync(path.join(root, folder)))
  .map(([folder, { dev = false, dependencies = {} }]) => ({
    name: folder.slice('node_modules/'.length),
    // What is in there for an optional peer alone (devOptional) stays in production as well.
    isDev: dev,
    needs: Object.keys(dependencies),
    bytes: sizeOf(path.join(root, folder)),
  }));
const megabytes = (list) => Math.round(list.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20);

const production = packages.filter(({ isDev }) => !isDev);
const problems = [];
for (const [what, list] of [
  ['all', packages],
  ['production', production],
]) {
  const total = megabytes(list);
  const largest = list.sort((a, b) => b.bytes - a.bytes).slice(0, LISTED);
  const named = largest.map((item) => `${item.name} ${megabytes([item])}`).join(', ');
  console.log(`${what}: ${total} MB of ${BUDGET_MB[what]}, ${list.length} packages; ${named}`);
  if (total > BUDGET_MB[what]) problems.push(`${what}: ${total} MB are above the budget`);
}
// What a workspace asks of whoever installs it, as React: npm counts it to production, with the workspace.
const peers = locked
  .filter(([folder]) => folder.startsWith('packages/'))
  .flatMap(([, { peerDependencies = {} }]) => Object.keys(peerDependencies));
const needed = new Set([...production.flatMap(({ needs }) => needs), ...peers]);
for (const { name } of production)
  if (name in devDependencies && !needed.has(name))
    problems.push(`${name} is for development, and would be installed for production`);
for (const problem of problems) console.error(problem);
if (packages.length === 0) throw new Error('Nothing is installed.');
process.exitCode = problems.length > 0 ? 1 : 0;
