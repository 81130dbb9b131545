// Two gateways and a worker on a PostgreSQL, a Redis and providers of their own, clients that note down what they are told, and faults
// of every kind on all of it; then what was promised is counted: npm run storm -- --seconds 60 --seed 7
//   --only redis     only faults with this in their name
//   --clients 12     how many users at a time
//   --keep           keep what the processes logged
//   --figures FILE   write what it comes to as JSON as well
//   --release        ten minutes by each of five seeds, and what they come to together; --seeds 1,2,3,4,5 says which
// A seed decides what is chosen, not when the machine gets to it: the same seed is much the same storm, never quite.
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Caller } from './caller';
import { figuresOf } from './figures';
import { History, type Purchase } from './history';
import { judge } from './judge';
import { Random } from './random';
import { report } from './report';
import { settle } from './settle';
import { Shopper } from './shopper';
import { Stage } from './stage';
import { storms } from './storms';
import { Watcher } from './watcher';
import { faults } from './weather';

const BALANCE = `subscription Balance($after: String) { balanceChanged(after: $after) { kind cursor balance { credits } } }`;
const INTENT = `subscription Intent($id: ID!, $after: String) {
  intentStatusChanged(id: $id, after: $after) { kind cursor sequence status } }`;

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    clients: { type: 'string', default: '12' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    figures: { type: 'string' },
    release: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1,2,3,4,5' },
  },
});

const startedMs = performance.now();
const say = (line: string) =>
  process.stdout.write(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);

/** @returns how many promises were broken */
async function storm(stage: Stage, seed: number, seconds: number, clients: number): Promise<number> {
  const random = new Random(seed);
  const history = new History();
  const caller = new Caller(stage, history, random.fork('doors'));
  const watchers: Watcher[] = [];
  const watching: Promise<void>[] = [];
  const watch = async (user: string, name: string, query: string, variables: object) => {
    const watched = { name, query, variables: { ...variables } };
    const watcher = new Watcher(watched, await stage.token(user, 'user'), stage, random.fork(name));
    watchers.push(watcher);
    watching.push(watcher.run());
  };
  const bought = ({ user, id }: Purchase) => void watch(user, `intent ${id}`, INTENT, { id });
  const users = Array.from({ length: clients }, (_, at) => `user_${at + 1}`);
  await endpoint(caller, stage);
  for (const user of users) await watch(user, `balance ${user}`, BALANCE, {});
  await until(() => watchers.every(({ from }) => from >= 0), 20_000);
  say(`${clients} users, faults for ${seconds} s`);

  let isOver = false;
  const shopping = users.map((user) =>
    new Shopper(user, stage, caller, history, random.fork(user), bought).run(() => isOver),
  );
  const failed = Promise.all(shopping).then(
    () => null,
    (error) => history.violations.push(`the storm itself: ${String(error?.stack ?? error)}`),
  );
  const progress = setInterval(() => say(`${history.acknowledged.length} operations told`), 10_000);
  const weather = await faults(
    stage,
    { history, watchers },
    random.fork('faults'),
    performance.now() + seconds * 1_000,
    given.only ?? null,
    say,
  );
  isOver = true;
  await failed;
  clearInterval(progress);
  say('the weather is fair; what is open is asked for again');
  const healedMs = performance.now();
  const isSettled = await settle({ stage, history, caller, watchers, users }, say);
  const settledMs = performance.now() - healedMs;
  say('judging');
  const judged = await judge({ stage, history, caller, watchers, users });
  for (const watcher of watchers) watcher.stop();
  await Promise.all(watching);
  const figures = figuresOf({ stage, history, watchers, weather, judged, settledMs, isSettled });
  process.stdout.write(`\n${report(figures).join('\n')}\nseed ${seed}, ${seconds} s, ${clients} users\n`);
  if (given.figures) fs.writeFileSync(given.figures, JSON.stringify(figures));
  return figures.violations;
}

async function endpoint(caller: Caller, stage: Stage): Promise<void> {
  const data = await caller.ask(
    'admin_1',
    'admin',
    'mutation E($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) { errors { message } } }',
    { input: { url: stage.receiver.url, events: ['*'] } },
  );
  if (data?.createWebhookEndpoint.errors.length !== 0)
    throw new Error(`No endpoint: ${JSON.stringify(data)}`);
}

async function until(isSo: () => boolean, withinMs: number): Promise<void> {
  for (const untilMs = performance.now() + withinMs; !isSo(); await pause(50))
    if (performance.now() > untilMs) throw new Error('The stage does not come to life');
}

async function main(): Promise<void> {
  const lasting = given.seconds ?? (given.release ? '600' : '60');
  if (given.release) {
    const words = ['--seconds', lasting, '--clients', given.clients];
    if (!(await storms(given.seeds.split(',').map(Number), words, say))) process.exitCode = 1;
    return;
  }
  const [seconds, seed, clients] = [lasting, given.seed, given.clients].map(Number) as [
    number,
    number,
    number,
  ];
  say(`seed ${seed}`);
  const stage = await Stage.open(new Random(seed).fork('stage'), say);
  const end = (signal: string) => {
    say(`${signal}: ending what was started`);
    void stage.close().finally(() => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(signal));
  try {
    const violations = await storm(stage, seed, seconds, clients);
    if (violations > 0) process.exitCode = 1;
    if (violations > 0 || given.keep) stage.keepLogs(say);
  } finally {
    await stage.close();
  }
}

main().then(
  () => process.exit(),
  (error) => {
    process.stderr.write(`${String(error?.stack ?? error)}\n`);
    process.exit(1);
  },
);
