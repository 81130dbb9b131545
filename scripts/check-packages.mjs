// npm run check:packages: packs every package as npm does and judges what would be published: the files, the description
// (publint), the types under every way in which they are found (attw, and a compiler that still knows the oldest), the size in a
// page, and what runs under the oldest React.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';
import { resolutions } from './packages/resolutions.mjs';
import { run } from './packages/run.mjs';
import { sizes } from './packages/sizes.mjs';

const bin = installed('tools/packages');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-packages-'));
// npm adds a licence by itself, where there is one.
const ALLOWED = /^package\/((dist|bin)\/|(README|CHANGELOG)\.md$|LICEN[CS]E|package\.json$)/;
const problems = [];

/** A check that says nothing when all is well. */
async function check(what, work) {
  try {
    console.log(`${what}: ${(await work()) ?? 'well'}`);
  } catch (error) {
    console.log(`${what}: NOT WELL`);
    problems.push(`${what}\n${error.message}`);
  }
}

function filesOf(tarball) {
  const files = run('tar', ['-tzf', tarball], folder).trim().split('\n');
  const strays = files.filter((file) => !ALLOWED.test(file));
  if (strays.length > 0) throw new Error(`does not belong in it: ${strays.join(', ')}`);
  const missing = ['README.md', 'CHANGELOG.md'].filter((name) => !files.includes(`package/${name}`));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  return `${files.length} files, ${Math.round(fs.statSync(path.join(folder, tarball)).size / 1000)} kB packed`;
}

try {
  const names = fs.readdirSync(path.join(root, 'packages')).sort();
  const tarballs = {};
  for (const name of names) {
    run('npm', ['pack', '--silent', '--pack-destination', folder, '-w', `packages/${name}`], root);
    tarballs[name] = fs.readdirSync(folder).find((file) => file.startsWith(`credits-gateway-${name}-`));
    await check(`${name}, files`, () => filesOf(tarballs[name]));
    await check(
      `${name}, publint`,
      () => void run(bin('publint'), ['run', tarballs[name], '--strict'], folder),
    );
    await check(
      `${name}, attw`,
      () => void run(bin('attw'), [tarballs[name], '--no-definitely-typed', '--format', 'ascii'], folder),
    );
  }
  for (const [what, work] of sizes(tarballs, folder)) await check(what, work);
  for (const [what, work] of resolutions(tarballs, folder)) await check(what, work);
} finally {
  fs.rmSync(folder, { recursive: true });
}
for (const problem of problems) console.error(`\n${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
