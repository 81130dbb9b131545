// Breaks the code on purpose, one named way at a time, in a copy, and runs the tests that should notice. A way that no test
// notices is a hole in the tests: it is named here, and explained where it is written down (test/mutants), or it fails.
//   npm run test:mutants                    all of them
//   npm run test:mutants -- --sample 6      a few, others each day
//   npm run test:mutants -- --checked       where the whole suite has just passed: without the run on the code as it is
//   npm run test:mutants -- signature       those whose name or file has this word
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './fingerprint.mjs';

// A process of tests and one of PostgreSQL each: two fill a small machine.
const AT_ONCE = 2;
// Below that the tests are not worth the name of a net.
const SCORE_MIN = 0.9;
// Whole files take up to a minute; what hangs has noticed in its way, and is told apart.
const TEST_WITHIN_MS = 240_000;
// All files one after the other, on a machine that does other things as well.
const ALL_WITHIN_MS = 1_800_000;

const OWN_SCOPE = '@credits-gateway';

const say = (line) => process.stdout.write(`${line}\n`);

async function readMutants() {
  const folder = path.join(root, 'test', 'mutants');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const lists = await Promise.all(files.map((name) => import(pathToFileURL(path.join(folder, name)))));
  return lists.flatMap(({ mutants }) => mutants);
}

/** @throws what is stale: a mutant that no longer fits its file would count as noticed by nobody's merit */
function check(mutants) {
  const names = new Set(mutants.map(({ name }) => name));
  if (names.size !== mutants.length) throw new Error('two mutants have one name');
  for (const { name, file, from, to, tests } of mutants) {
    const found = fs.readFileSync(path.join(root, file), 'utf8').split(from).length - 1;
    if (found !== 1) throw new Error(`${name}: ${file} has ${found} places like\n${from}`);
    if (from === to) throw new Error(`${name}: changes nothing`);
    const missing = tests.filter((test) => !fs.existsSync(path.join(root, test)));
    if (missing.length > 0) throw new Error(`${name}: no ${missing}`);
  }
}

/** The tracked files and those that are new, with the packages of this checkout. */
function copyTo(folder) {
  const list = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const name of list.stdout.split('\n').filter((line) => line && fs.existsSync(path.join(root, line)))) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.copyFileSync(path.join(root, name), path.join(folder, name));
  }
  const packages = path.join(folder, 'node_modules');
  fs.mkdirSync(packages);
  for (const name of fs.readdirSync(path.join(root, 'node_modules')))
    if (name !== OWN_SCOPE) fs.symlinkSync(path.join(root, 'node_modules', name), path.join(packages, name));
  // The packages of the repository are the copy's own.
  fs.mkdirSync(path.join(packages, OWN_SCOPE));
  for (const name of fs.readdirSync(path.join(root, 'packages')))
    fs.symlinkSync(path.join(folder, 'packages', name), path.join(packages, OWN_SCOPE, name));
}

function jest(folder, tests, withinMs) {
  return new Promise((resolve) => {
    const child = spawn('npx', ['jest', '--maxWorkers=1', '--bail', '--runTestsByPath', ...tests], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    const timer = setTimeout(() => {
      output += '\nran out of time';
      process.kill(-child.pid, 'SIGKILL');
    }, withinMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** Failing tests notice; a suite that cannot even start, or PostgreSQL that refuses the change, says nothing of the tests. */
function verdictOf({ code, output }) {
  if (code === 0) return 'survived';
  if (/^Tests: .*\d+ failed/m.test(output)) return 'noticed';
  return output.includes('ran out of time') ? 'hung' : 'broken';
}

async function tryOne(folder, { file, from, to, tests }) {
  const target = path.join(folder, file);
  const was = fs.readFileSync(target, 'utf8');
  fs.writeFileSync(
    target,
    was.replace(from, () => to),
  );
  const run = await jest(folder, tests, TEST_WITHIN_MS);
  fs.writeFileSync(target, was);
  return { verdict: verdictOf(run), output: run.output };
}

/** Runs what is in `queue` in copies of their own. @returns the results, in the order in which they ended */
async function tryAll(mutants, work) {
  const queue = [...mutants];
  const results = [];
  const lane = async (_, at) => {
    const folder = path.join(work, String(at));
    copyTo(folder);
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const startedMs = performance.now();
      const { verdict, output } = await tryOne(folder, mutant);
      results.push({ ...mutant, verdict, output });
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
      say(
        `${String(results.length).padStart(3)}/${mutants.length}  ${verdict.padEnd(9)} ${seconds.padStart(4)} s  ${mutant.name}`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

/** Others each day, so that a year of short runs has tried them all many times. */
function sampleOf(mutants, size) {
  const day = Math.floor(Date.now() / 86_400_000);
  return Array.from(
    { length: Math.min(size, mutants.length) },
    (_, at) => mutants[(day * size + at) % mutants.length],
  );
}

function report(results) {
  const of = (verdict) => results.filter((result) => result.verdict === verdict);
  const explained = of('survived').filter(({ survives }) => survives);
  const holes = of('survived').filter(({ survives }) => !survives);
  for (const { name, survives } of explained) say(`survives, as written down: ${name} (${survives})`);
  for (const { name, file } of holes) say(`NOTICED BY NO TEST: ${name} (${file})`);
  for (const { name, output } of of('broken')) say(`COULD NOT BE TRIED: ${name}\n${output.slice(-1_500)}`);
  const noticed = of('noticed').length + of('hung').length;
  const score = noticed / results.length;
  say(
    `\n${noticed} of ${results.length} noticed, ${(score * 100).toFixed(1)} %; ${explained.length} survive with a reason`,
  );
  return score >= SCORE_MIN && holes.length === 0 && of('broken').length === 0;
}

/** @throws when the tests fail without any change: then they would notice everything */
async function passUnchanged(mutants, work) {
  const folder = path.join(work, 'unchanged');
  copyTo(folder);
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  say(`${mutants.length} mutants, ${tests.length} files of tests; first all of them on the code as it is`);
  const { code, output } = await jest(folder, tests, ALL_WITHIN_MS);
  if (code !== 0) throw new Error(`the tests fail without any change:\n${output.slice(-3_000)}`);
}

async function main(args) {
  const all = await readMutants();
  check(all);
  const sample = args.includes('--sample') ? Number(args[args.indexOf('--sample') + 1]) : null;
  const word = args.find((arg, at) => !arg.startsWith('--') && args[at - 1] !== '--sample');
  const named = word ? all.filter(({ name, file }) => `${name} ${file}`.includes(word)) : all;
  const chosen = sample === null ? named : sampleOf(named, sample);
  if (chosen.length === 0) throw new Error(`no mutant has ${word} in its name or file`);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-mutants-'));
  try {
    if (!args.includes('--checked')) await passUnchanged(chosen, work);
    process.exitCode = report(await tryAll(chosen, work)) ? 0 : 1;
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
