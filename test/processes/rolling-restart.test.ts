// Three processes behind a balancer are started again one after the other, as an update of a deployment does it, while users buy,
// spend, hold and watch: no call has to be made a second time, and no event is missed.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { type Balancer, startBalancer } from '../upgrade/balancer';
import { createCaller } from '../upgrade/caller';
import { createUser } from '../upgrade/load';
import { overEvents, overSocket, type Watcher, watch } from '../upgrade/streams';
import { newTally, told } from '../upgrade/tally';

const PROCESSES = 3;
const USERS = 6;
/** Between two restarts, so that each is met by work that is under way. */
const BETWEEN_MS = 1_000;

const database = useDatabase();
const tally = newTally();
const stopped = new Set<string>();
const watchers: Watcher[] = [];
const streams = new AbortController();
let balancer: Balancer;

beforeAll(async () => {
  balancer = await startBalancer();
});
afterAll(async () => {
  for (const watcher of watchers) watcher.stop();
  streams.abort();
  balancer.close();
  await stopGateways();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function start(): Promise<GatewayProcess> {
  const gateway = await startGateway({ DATABASE_URL: database.url, DRAIN_SECONDS: '2' });
  await balancer.add(gateway.url);
  return gateway;
}

/** By its signal alone, which a balancer hears of at /readyz. */
async function stop(gateway: GatewayProcess): Promise<void> {
  stopped.add(gateway.url);
  expect(await gateway.stop('SIGTERM')).toBe(0);
  balancer.takeOut(gateway.url);
}

test('each of three processes is started again: 0 calls fail and 0 events are missed', async () => {
  const gateways = await Promise.all(Array.from({ length: PROCESSES }, start));
  const [first] = gateways as [GatewayProcess];
  const tokenOf = async (user: string, role?: string) => (await first.as(user, role)).token ?? '';
  const service = createCaller(balancer.url, await tokenOf('backend', 'service'), tally);
  let isOver = false;
  const users = await Promise.all(
    Array.from({ length: USERS }, async (_, at) => {
      const token = await tokenOf(`buyer_${at}`);
      for (const open of [overEvents, overSocket])
        watchers.push(
          watch(open(balancer.url, token, streams.signal), `buyer_${at} ${open.name}`, tally, (url) =>
            stopped.has(url),
          ),
        );
      return createUser(`buyer_${at}`, createCaller(balancer.url, token, tally), service, tally);
    }),
  );
  const working = Promise.all(users.map((user) => user.run(() => isOver)));
  for (const gateway of gateways) {
    await pause(BETWEEN_MS);
    await start();
    await stop(gateway);
  }
  await pause(BETWEEN_MS);
  isOver = true;
  await working;

  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    `select user_id as id, balance::int, version::int from wallets where user_id like 'buyer_%' order by 1`,
  );
  await client.end();
  for (const [at, watcher] of watchers.entries()) {
    await watcher.until(rows[Math.floor(at / 2)]?.version);
    watcher.stop();
  }
  process.stdout.write(`${told(tally)}\n`);

  expect(tally.failed).toEqual([]);
  expect([...tally.retries]).toEqual([]);
  expect(tally.ended).toEqual([]);
  expect(tally.lost).toEqual([]);
  expect(rows.map(({ id, balance }) => [id, balance])).toEqual(
    users.map(({ id, expected }) => [id, expected]),
  );
  expect(tally.calls).toBeGreaterThan(100);
  // Every stream had to go on elsewhere at least once.
  expect(tally.moved).toBeGreaterThanOrEqual(watchers.length);
});
