// Several storms one after the other, each a process of its own, and what they come to together.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import type { FaultFigures, Figures } from './figures';
import { faultLines, faultsOf, oddOf, seconds, toldOf } from './report';

/** What a release is asked for. */
const OPERATIONS_MIN = 10_000;
const FAULTS_MIN = 1_000;
const FOLDER = path.join('.data', 'storm');
// One line of a storm in so many milliseconds shows that it goes on; all of them are in its file.
const TELL_EVERY_MS = 30_000;

interface Done {
  readonly seed: number;
  readonly figures: Figures | null;
}

/** @returns whether nothing was broken and there was enough of everything */
export async function storms(
  seeds: readonly number[],
  words: readonly string[],
  say: (line: string) => void,
): Promise<boolean> {
  fs.mkdirSync(FOLDER, { recursive: true });
  const all: Done[] = [];
  for (const seed of seeds) {
    say(`seed ${seed}, ${all.length + 1} of ${seeds.length}`);
    const done = { seed, figures: await one(seed, words, say) };
    all.push(done);
    say(stormLine(done));
  }
  const { lines, isEnough } = together(all);
  const file = path.join(FOLDER, 'release.txt');
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  say(`in ${file}`);
  return isEnough;
}

/** @returns null where it ended without figures */
async function one(
  seed: number,
  words: readonly string[],
  say: (line: string) => void,
): Promise<Figures | null> {
  const [log, figures] = ['log', 'json'].map((end) => path.join(FOLDER, `seed-${seed}.${end}`)) as [
    string,
    string,
  ];
  fs.rmSync(figures, { force: true });
  const script = path.join(__dirname, 'storm.js');
  const child = spawn(process.execPath, [script, ...words, '--seed', String(seed), '--figures', figures], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, pass);
  const file = fs.createWriteStream(log);
  child.stderr.pipe(file, { end: false });
  let toldMs = performance.now();
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    file.write(`${line}\n`);
    if (performance.now() - toldMs < TELL_EVERY_MS || !/^ *\d/.test(line)) return;
    toldMs = performance.now();
    say(`  ${line.trim()}`);
  });
  await new Promise((resolve) => child.once('close', resolve));
  file.end();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, pass);
  return fs.existsSync(figures) ? (JSON.parse(fs.readFileSync(figures, 'utf8')) as Figures) : null;
}

function stormLine({ seed, figures }: Done): string {
  if (!figures) return `seed ${seed} came to no end: ${path.join(FOLDER, `seed-${seed}.log`)} says why`;
  const { operations, faults, violations, settledMs, restores } = figures;
  const outage = Math.max(0, ...faults.map(({ anyDoorMs }) => anyDoorMs));
  return [
    `seed ${String(seed).padEnd(6)} ${String(operations).padStart(6)} operations, ${toldOf(figures)} told`,
    `${String(faultsOf(figures)).padStart(5)} faults of ${faults.length} kinds and ${oddOf(figures)} odd requests`,
    `${restores.length} restores`,
    `longest without an answer ${seconds(outage)}`,
    `settled after ${seconds(settledMs)}`,
    `${violations} violations`,
  ].join(', ');
}

function together(all: readonly Done[]): { readonly lines: string[]; readonly isEnough: boolean } {
  const ended = all.flatMap(({ figures }) => figures ?? []);
  const sum = (of: (figures: Figures) => number) => ended.reduce((count, figures) => count + of(figures), 0);
  const [operations, faults, violations] = [
    sum((one) => one.operations),
    sum(faultsOf),
    sum((one) => one.violations),
  ];
  const isEnough =
    ended.length === all.length && violations === 0 && operations >= OPERATIONS_MIN && faults >= FAULTS_MIN;
  const lines = [
    ...all.map(stormLine),
    '',
    ...faultLines(added(ended.flatMap((one) => one.faults))),
    '',
    `${operations} operations of ${OPERATIONS_MIN}, ${faults} faults of ${FAULTS_MIN}, ${sum(oddOf)} odd requests, ${violations} violations${isEnough ? '' : ': NOT ENOUGH'}`,
  ];
  return { lines, isEnough };
}

/** Each kind once: how often in all, and the longest of each time. */
function added(faults: readonly FaultFigures[]): FaultFigures[] {
  const names = [...new Set(faults.map(({ name }) => name))];
  return names.map((name) => {
    const those = faults.filter((one) => one.name === name);
    const longest = (of: (fault: FaultFigures) => number) => Math.max(...those.map(of));
    return {
      name,
      times: those.reduce((count, { times }) => count + times, 0),
      lastedMs: longest(({ lastedMs }) => lastedMs),
      oneDoorMs: longest(({ oneDoorMs }) => oneDoorMs),
      anyDoorMs: longest(({ anyDoorMs }) => anyDoorMs),
    };
  });
}
