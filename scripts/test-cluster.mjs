// What a deployment that fails over goes through, on the engines themselves: npm run test:cluster [-- --only hangs --keep]
//   --only words     only faults with these in their name
//   --clients 6      how many users at a time
//   --keep           leaves the logs in .data/cluster
// Programs of Debian: patroni, etcd-server, haproxy, pgbouncer, redis-server, redis-sentinel, postgresql. All of it listens on
// 127.0.0.1 and is ended by its id.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FAULTS, strike } from './cluster/faults.mjs';
import { until } from './cluster/machine.mjs';
import { told } from './cluster/report.mjs';
import { root } from './fingerprint.mjs';

const { values: given } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    clients: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
if (spawnSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' }).status !== 0)
  process.exit(1);
const missing = ['patroni', 'etcd', 'haproxy', 'pgbouncer', 'redis-server', 'redis-sentinel'].filter(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
);
if (missing.length > 0) {
  process.stderr.write(
    `Not here: ${missing.join(', ')}. They are packages of Debian (etcd is in etcd-server).\n`,
  );
  process.exit(2);
}

// What it needs of the gateway is built by now.
const { Cluster } = await import('./cluster/cluster.mjs');
const require = createRequire(path.join(root, 'dist', 'storm', 'storm.js'));
const { Caller } = require('./caller.js');
const { History } = require('./history.js');
const { judge } = require('./judge.js');
const { Random } = require('./random.js');
const { settle } = require('./settle.js');
const { Shopper } = require('./shopper.js');
const { Watcher } = require('./watcher.js');

const BALANCE =
  'subscription B($after: String) { balanceChanged(after: $after) { kind cursor balance { credits } } }';
const ENDPOINT =
  'mutation E($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) { errors { message } } }';
/** Between two faults: work goes on as ever, so that the next gap is the next fault's. */
const CALM_MS = 6_000;

const startedMs = performance.now();
const say = (line) =>
  process.stdout.write(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);

/** A caller that notes when an operation was acknowledged. */
class NotingCaller extends Caller {
  acknowledgedMs = [];
  async persist(operation, untilMs) {
    const was = operation.told;
    const now = await super.persist(operation, untilMs);
    if (was === null && now !== null) this.acknowledgedMs.push(performance.now());
    return now;
  }
}

async function run(cluster, watchers) {
  const random = new Random(Number(given.seed));
  const history = new History();
  const caller = new NotingCaller(cluster, history, random.fork('doors'));
  const users = Array.from({ length: Number(given.clients) }, (_, at) => `user_${at + 1}`);
  await caller.ask('admin_1', 'admin', ENDPOINT, { input: { url: cluster.receiver.url, events: ['*'] } });
  const watching = [];
  for (const user of users) {
    const watched = { name: `balance ${user}`, query: BALANCE, variables: {} };
    const watcher = new Watcher(watched, await cluster.token(user, 'user'), cluster, random.fork(user));
    watchers.push(watcher);
    watching.push(watcher.run());
  }
  await until('every watcher', async () => watchers.every(({ from }) => from >= 0), 20_000);

  let isOver = false;
  const shopping = Promise.all(
    users.map((user) =>
      new Shopper(user, cluster, caller, history, random.fork(user), () => undefined).run(() => isOver),
    ),
  );
  await pause(CALM_MS);
  const happened = [];
  for (const name of Object.keys(FAULTS).filter((one) => one.includes(given.only))) {
    say(name);
    const fromMs = performance.now();
    await strike(cluster, name);
    happened.push({ name, fromMs, wholeMs: performance.now() - fromMs });
    await pause(CALM_MS);
    happened.at(-1).toMs = performance.now();
  }
  isOver = true;
  await shopping;
  say('what is open is asked for again');
  const facts = { stage: cluster, history, caller, watchers, users };
  const isSettled = await settle(facts, say);
  say('judging');
  const judged = await judge(facts);
  for (const watcher of watchers) watcher.stop();
  await Promise.all(watching);
  return { happened, history, acknowledgedMs: caller.acknowledgedMs, watchers, judged, isSettled };
}

const cluster = new Cluster();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void cluster.close().finally(() => process.exit(1)));
const watchers = [];
let isBroken = true;
try {
  await cluster.start(say);
  say(`${given.clients} users at three gateways`);
  const { lines, violations } = told(await run(cluster, watchers));
  process.stdout.write(`\n${lines.join('\n')}\n`);
  isBroken = violations > 0;
} catch (error) {
  process.stderr.write(`${error?.stack ?? error}\n`);
} finally {
  for (const watcher of watchers) watcher.stop();
  await cluster.close(isBroken || given.keep ? path.join(root, '.data', 'cluster') : null);
}
process.exit(isBroken ? 1 : 0);
