// One release is rolled out over the last one, back and out again, while users buy, spend and watch: nobody's call fails, no
// stream ends whose process was not stopped, and each credit is accounted for.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { brokenIn } from '../support/ledger';
import { type Balancer, startBalancer } from './balancer';
import { createCaller } from './caller';
import { createUser, type User } from './load';
import { type Built, buildRelease, lastRelease, restoreDatabase } from './releases';
import { overEvents, overSocket, type Watcher, watch } from './streams';
import { newTally, told } from './tally';

/** How long each pair of processes works, in seconds. */
const SECONDS = Number(process.env.UPGRADE_SECONDS ?? 3);
const USERS = 10;
/** A cause shows in the first few. */
const SHOWN = 5;

const release = lastRelease();
const tally = newTally();
const stopped = new Set<string>();
const everyone: GatewayProcess[] = [];
const watchers: Watcher[] = [];
/** Ends the streams. */
const abort = new AbortController();
/** Ends the users' work. */
const over = new AbortController();
const made: { old?: Built; url?: string; balancer?: Balancer } = {};

beforeAll(async () => {
  made.old = buildRelease(release);
  made.url = await restoreDatabase(release);
  made.balancer = await startBalancer();
});
afterAll(async () => {
  over.abort();
  for (const watcher of watchers) watcher.stop();
  abort.abort();
  made.balancer?.close();
  await stopGateways();
  made.old?.remove();
});

const work = (seconds = SECONDS) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

async function start(root?: string): Promise<GatewayProcess> {
  const process = await startGateway({ DATABASE_URL: made.url ?? '' }, root);
  everyone.push(process);
  await made.balancer?.add(process.url);
  return process;
}
const startOld = () => start(made.old?.root);

/** By its signal alone: the balancer asks whether it is ready. */
async function stop(gateway: GatewayProcess): Promise<void> {
  stopped.add(gateway.url);
  expect(await gateway.stop('SIGTERM')).toBe(0);
  made.balancer?.takeOut(gateway.url);
}
/**
 * As docs/operations/upgrading.md says of 0.1.0: it does not announce its end, so it is taken out first, and would wait for its
 * streams until it is cut off after 9 s; a second signal means at once.
 */
async function takeOutAndStop(gateway: GatewayProcess): Promise<void> {
  made.balancer?.takeOut(gateway.url);
  await work(1);
  stopped.add(gateway.url);
  const gone = gateway.stop('SIGTERM');
  await work(1);
  gateway.signal('SIGTERM');
  await gone;
}

const logsOf = (by: string) => {
  const gateway = everyone.find(({ url }) => url === by);
  return (gateway ? [gateway] : everyone).flatMap(({ url, log }) =>
    log.filter((line) => /"level":"(WARN|ERROR|CRIT)/.test(line)).map((line) => `${url} ${line}`),
  );
};
/** With what the gateways logged, so that the cause can be found. */
const explained = (failures: typeof tally.failed) =>
  failures.slice(0, SHOWN).map((failed) => ({ ...failed, log: logsOf(failed.by).slice(-10) }));

test(`${release} and this version work side by side, while one is rolled out, back and out again`, async () => {
  const balancer = made.balancer as Balancer;
  const old = [await startOld(), await startOld()] as const;
  const tokenOf = async (user: string, role?: string) => (await old[0].as(user, role)).token ?? '';
  const service = createCaller(balancer.url, await tokenOf('backend', 'service'), tally);
  const users: User[] = [];
  for (let number = 0; number < USERS; number++) {
    const token = await tokenOf(`buyer_${number}`);
    users.push(createUser(`buyer_${number}`, createCaller(balancer.url, token, tally), service, tally));
    for (const [by, open] of Object.entries({ overEvents, overSocket }))
      watchers.push(
        watch(open(balancer.url, token, abort.signal), `buyer_${number} ${by}`, tally, (url) =>
          stopped.has(url),
        ),
      );
  }
  const working = Promise.all(users.map((user) => user.run(() => over.signal.aborted)));
  await work();

  // Out: what it adds to the tables ends nothing of those that run.
  const first = await start();
  await work();
  const movedByMigrations = tally.moved;
  await takeOutAndStop(old[0]);
  const second = await start();
  await work();
  await takeOutAndStop(old[1]);
  await work();
  // Back.
  const back = [await startOld()];
  await stop(first);
  back.push(await startOld());
  await work();
  await stop(second);
  await work();
  // Out again.
  const last = [await start(), await start()];
  for (const process of back) await takeOutAndStop(process);
  await work();
  over.abort();
  await working;

  const client = new pg.Client({ connectionString: made.url });
  await client.connect();
  const { rows: wallets } = await client.query(
    `select w.user_id as id, w.balance::int, w.version::int,
       (select coalesce(sum(remaining), 0)::int from lots l where l.user_id = w.user_id) as lots
     from wallets w where w.user_id = any($1) order by 1`,
    [users.map(({ id }) => id)],
  );
  await client.end();
  for (const [at, watcher] of watchers.entries()) {
    const wallet = wallets.find(({ id }) => id === `buyer_${Math.floor(at / 2)}`);
    await watcher.until(wallet?.version ?? 0);
    watcher.stop();
  }
  process.stdout.write(`${told(tally)}\n`);

  expect(explained(tally.failed)).toEqual([]);
  expect(explained(tally.ended)).toEqual([]);
  expect(tally.lost).toEqual([]);
  expect(movedByMigrations).toBe(0);
  expect(wallets.map(({ id, balance }) => [id, balance])).toEqual(
    users.map(({ id, expected }) => [id, expected]),
  );
  expect(wallets.filter(({ balance, lots }) => balance !== lots)).toEqual([]);
  expect(tally.calls).toBeGreaterThan(200);
  for (const process of last) await stop(process);
  expect(await brokenIn(made.url ?? '')).toEqual([]);
});
