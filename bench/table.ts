// What the gateway does beside what others do, row by row, in turns on one machine: npm run bench
//   npm run bench -- --only spend,page --rounds 3 --seconds 2 --minutes 10
// Needs pgbench and a PostgreSQL server on this machine: DATABASE_URL, else 127.0.0.1:5432. Rows that time does not suffice for are
// named. All of it is also written to .data/bench.json.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { brokenInvariants } from '../src/credits/verify';
import { machine } from './database';
import { closeConnections } from './table/connection';
import { goalText, hasBar, isMet, linesOf, type Result, type Row } from './table/row';
import { ARRIVALS } from './table/rows/arrivals';
import { FANOUT } from './table/rows/fanout';
import { IDLE } from './table/rows/idle';
import { OVERLOAD, PROCESSES } from './table/rows/limits';
import { LIVE } from './table/rows/live';
import { CREATES, HOLDS, HOT_SPENDS, PURCHASES, SPENDS } from './table/rows/money';
import { PROVIDER } from './table/rows/provider';
import { BALANCES, PAGES } from './table/rows/reads';
import { WEBHOOKS } from './table/rows/webhooks';
import { Stands } from './table/stands';

const ROWS: readonly Row[] = [
  ...[CREATES, PURCHASES, PROVIDER, SPENDS, HOT_SPENDS, HOLDS, BALANCES, PAGES, WEBHOOKS],
  // Last what leaves most behind, and then what is left of it in memory.
  ...[PROCESSES, ARRIVALS, OVERLOAD, LIVE, FANOUT, IDLE],
];
const FILE = '.data/bench.json';

const { values: given } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '9.5' },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const startedMs = performance.now();
const elapsed = () => ((performance.now() - startedMs) / 1_000).toFixed(0).padStart(4);
/** On a terminal one line that changes, else a line each. */
const progress = (text: string) => process.stderr.write(`${elapsed()} s  ${text}\n`);

function chosen(): Row[] {
  const names = given.only?.split(',').map((name) => name.trim()) ?? [];
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0)
    throw new Error(`No row ${unknown.join(', ')}: there are ${ROWS.map(({ name }) => name).join(', ')}`);
  return ROWS.filter(({ name }) => names.length === 0 || names.includes(name));
}

const commit = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
};

async function main(): Promise<void> {
  const rows = chosen();
  const [rounds, seconds, minutes] = [given.rounds, given.seconds, given.minutes].map(Number) as [
    number,
    number,
    number,
  ];
  const stands = await Stands.open();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      say(`${signal}: ending what was started`);
      void stands.stop().finally(() => process.exit(1));
    });
  const head = {
    ...{ machine: machine(), server: stands.server, commit: commit(), at: new Date().toISOString() },
    ...{ rounds, seconds, command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim() },
  };
  say(`${head.machine}; ${head.server}; commit ${head.commit}, ${head.at}`);
  say(
    `${rounds} rounds of ${seconds} s in turns; client, gateway and database share the cores; RISK as mock mode has it: observe`,
  );
  const report: Report = { results: [], failed: [], broken: [] };
  const untilMs = startedMs + minutes * 60_000;
  try {
    for (const row of rows) {
      const turns = {
        ...{ rounds, seconds, backend: stands.backend },
        progress: (text: string) => progress(`${row.name}: ${text}`),
      };
      try {
        for (const result of await within(untilMs - performance.now(), () => row.run(stands, turns))) {
          report.results.push(result);
          say(`\n${linesOf(result).join('\n')}\n  load ${os.loadavg()[0]?.toFixed(1)}`);
        }
      } catch (error) {
        report.failed.push(`${row.name}: ${String((error as Error)?.message ?? error).slice(0, 500)}`);
        say(`\n${report.failed.at(-1)}`);
      }
      // What is under way when time is over is ended with everything else.
      if (performance.now() < untilMs) {
        closeConnections();
        await stands.endOthers();
      }
      write(head, report);
    }
    progress('verifying the whole ledger');
    report.broken = await brokenInvariants((await stands.mock()).owner);
    finish(head, report);
  } finally {
    await stands.stop();
  }
}

interface Report {
  readonly results: Result[];
  readonly failed: string[];
  /** Invariants of the ledger, after all rows. */
  broken: readonly object[];
}

async function within<Value>(ms: number, begin: () => Promise<Value>): Promise<Value> {
  const over = () => new Error(`not measured, ${given.minutes} minutes are over`);
  if (ms <= 0) throw over();
  const work = begin();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(over()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // It may fail later, of what was ended under it.
    work.catch(() => undefined);
  }
}

function write(head: object, report: Report): void {
  fs.mkdirSync('.data', { recursive: true });
  const all = { ...head, tookSeconds: Number(elapsed()), loadAfter: os.loadavg()[0], ...report };
  fs.writeFileSync(FILE, `${JSON.stringify(all, null, 1)}\n`);
}

function finish(head: object, report: Report): void {
  const { results, failed, broken } = report;
  write(head, report);
  say(
    broken.length === 0
      ? '\nThe whole ledger is verified: each invariant holds.'
      : `\nBROKEN: ${JSON.stringify(broken)}`,
  );
  const goals = results
    .flatMap(({ title, goals }) => goals.map((goal) => ({ title, goal })))
    .filter(({ goal }) => hasBar(goal));
  const missed = goals.filter(({ goal }) => !isMet(goal));
  const thrownAway = results.flatMap(({ sides }) => sides.flatMap((side) => side.thrownAway));
  say(
    `\n${goals.length - missed.length} of ${goals.length} goals are met; ${thrownAway.length} rounds were thrown away; ` +
      `${elapsed().trim()} s, load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  for (const { title, goal } of missed) say(`  ${title}: ${goalText(goal)}`);
  for (const line of failed) say(`  ${line}`);
  say(`All of it: ${FILE}`);
  if (failed.length > 0 || broken.length > 0) process.exitCode = 1;
}

main().then(
  () => process.exit(),
  (error) => {
    process.stderr.write(`${String(error?.stack ?? error)}\n`);
    process.exit(1);
  },
);
