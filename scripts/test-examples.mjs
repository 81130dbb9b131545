// The examples, each from an empty folder to credits that were bought and spent, in a browser. It needs chromium and a registry.
//   npm run test:examples                 all of them
//   npm run test:examples -- express      one
//   npm run test:examples -- --short      those that install in seconds
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listExamples, packPackages } from './examples/copy.mjs';
import { installed } from './installed.mjs';

// Their frameworks alone take longer to install and to build than all others together.
const LONG = ['next', 'vite-react'];

const given = process.argv.slice(2);
const isShort = given.includes('--short');
const all = listExamples();
const unknown = given.find((word) => !word.startsWith('-') && !all.includes(word));
if (unknown) {
  process.stderr.write(`The examples are ${all.join(', ')}, not ${unknown}.\n`);
  process.exit(2);
}
const named = all.filter((name) => given.includes(name));
const chosen = named.length > 0 ? named : all.filter((name) => !(isShort && LONG.includes(name)));

const run = (command, args, env = {}) =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;

installed('tools/accessibility');
// Pages load <buy-credits> from the gateway.
const built = run(process.execPath, ['scripts/build-web.mjs']);
if (built !== 0) process.exit(built);
const packed = packPackages();
const times = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-times-')), 'times.txt');
const status = run('npx', ['jest', '--runInBand', ...chosen.map((name) => `test/examples/${name}.test.ts`)], {
  TEST_EXAMPLES: JSON.stringify([...packed]),
  EXAMPLE_TIMES: times,
});
if (fs.existsSync(times)) process.stdout.write(`\n${fs.readFileSync(times, 'utf8')}`);
for (const file of [times, ...packed.values()])
  fs.rmSync(path.dirname(file), { recursive: true, force: true });
process.exit(status);
