// Plays the same ledger histories on two checkouts of the gateway and compares what they left: postings, lines, lots, wallets,
// holds, refunds, disputes, breaks and events, all but instants and ids.
//   npm run compare:ledgers -- ../before              four histories of 300 steps
//   LEDGER_SEED=1 LEDGER_SEEDS=20 LEDGER_STEPS=1000 npm run compare:ledgers -- ../before
// The first checkout must know LEDGER_LEFT (test/property/left.ts) and the same commands: where they differ, copy
// test/property into it.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [before] = process.argv.slice(2);
if (!before) {
  process.stderr.write('npm run compare:ledgers -- <the other checkout>\n');
  process.exit(2);
}
const seeds = Number(process.env.LEDGER_SEEDS ?? 4);
const first = Number(process.env.LEDGER_SEED ?? randomInt(1_000_000_000));
const steps = Number(process.env.LEDGER_STEPS ?? 300);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledgers-'));

const sides = [
  { name: 'before', cwd: path.resolve(before) },
  { name: 'after', cwd: process.cwd() },
];
for (const { name, cwd } of sides) {
  process.stdout.write(`${name}: ${seeds} histories of ${steps} steps from seed ${first} in ${cwd}\n`);
  const left = path.join(folder, name);
  fs.mkdirSync(left);
  const code = await play(cwd, left);
  if (code !== 0) process.exit(code);
}
process.exit(compare() ? 0 : 1);

function play(cwd, left) {
  const env = {
    ...process.env,
    ...{ LEDGER_LEFT: left, LEDGER_SEED: String(first) },
    ...{ LEDGER_SEEDS: String(seeds), LEDGER_STEPS: String(steps) },
  };
  const child = spawn('npx', ['jest', '--runInBand', 'test/property/ledger.test.ts'], {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

function compare() {
  let differing = 0;
  let rows = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const [was, is] = sides.map(({ name }) =>
      JSON.parse(fs.readFileSync(path.join(folder, name, `${seed}.json`), 'utf8')),
    );
    for (const [user, tables] of was.entries())
      for (const [table, lines] of Object.entries(tables)) {
        const now = is[user][table] ?? [];
        rows += lines.length;
        const gone = minus(lines, now);
        const come = minus(now, lines);
        if (gone.length + come.length === 0) continue;
        differing += gone.length + come.length;
        process.stdout.write(`\nseed ${seed}, user ${user + 1}, ${table}\n`);
        for (const line of gone.slice(0, 5)) process.stdout.write(`  - ${line}\n`);
        for (const line of come.slice(0, 5)) process.stdout.write(`  + ${line}\n`);
      }
  }
  process.stdout.write(`\n${seeds} histories, ${rows} rows: ${differing} differ (${folder})\n`);
  return differing === 0;
}

/** What the one has more often than the other. */
function minus(lines, others) {
  const left = new Map();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
