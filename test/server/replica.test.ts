// A streaming replica beside the primary: who reads there sees what they have just written, and when it is away or late nobody
// notices but the operator.
import { APPLICATION_ROLE } from '../../src/db/pool';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { type Pair, startPair } from '../support/replicas';

let pair: Pair;
let gateway: GatewayProcess;
let beside: GatewayProcess;
let users = 0;

const TOKEN = 'a-token-of-the-metrics';

beforeAll(async () => {
  pair = await startPair('credits');
  const env = {
    DATABASE_URL: pair.primary.url,
    DATABASE_READ_URL: pair.standby.url,
    METRICS_TOKEN: TOKEN,
  };
  // The first one makes the database.
  gateway = await startGateway(env);
  beside = await startGateway(env);
});
afterAll(async () => {
  await stopGateways();
  await pair.stop();
});

async function buy(client: Client): Promise<string> {
  const { intent } = await client.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
  await client.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  return intent.id;
}

/** What the application's connections to the replica were asked last. */
async function askedThere(): Promise<string[]> {
  const rows = await pair.standby.sql(
    `select query from pg_stat_activity where application_name like 'credits-gateway code%'`,
  );
  return rows.map(({ query }) => query);
}

const listed = async (client: Client) => {
  const { data, errors } = await client.query(
    '{ intents(first: 50, orderBy: { field: createdAt, direction: asc }) { totalCount nodes { id status } } }',
  );
  expect(errors).toBeUndefined();
  return data.intents;
};

async function replicaCheck(): Promise<{ ok: boolean; detail: string }> {
  const admin = await gateway.as('root', 'admin');
  const { data } = await admin.query('{ admin { health { checks { name ok detail } } } }');
  return data.admin.health.checks.find(({ name }: { name: string }) => name === 'replica');
}

async function metric(name: string): Promise<number> {
  const response = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1]);
}

it('answers lists, and never without what was written before, in this process or another', async () => {
  const user = `reader_${++users}`;
  const [here, there] = await Promise.all([gateway.as(user), beside.as(user)]);
  for (let bought = 1; bought <= 25; bought++) {
    const id = await buy(here);
    for (const client of [here, there]) {
      const { totalCount, nodes } = await listed(client);
      expect(totalCount).toBe(bought);
      expect(nodes.at(-1)).toEqual({ id, status: 'succeeded' });
    }
  }
  expect(await askedThere()).toContainEqual(expect.stringContaining('"intent_id"'));
  expect(await replicaCheck()).toEqual({ name: 'replica', ok: true, detail: '0.0 s behind' });
  expect(await metric('database_replica_read')).toBe(1);
  expect(await metric('database_replica_behind_seconds')).toBe(0);
});

it('makes exports, figures and checks of the ledger there, under the same role', async () => {
  const finance = await gateway.as('fin', 'finance');
  const until = (query: string, id: string) =>
    eventually(
      async () => (await finance.query(query, { id })).data.node,
      (job) => job.status !== 'queued' && job.status !== 'running',
    );
  const started = await finance.mutate('startExport', { select: { intents: {} } }, 'export { id }');
  const job = await until(
    'query ($id: ID!) { node(id: $id) { ... on ExportJob { status rows } } }',
    started.export.id,
  );
  expect(job).toEqual({ status: 'succeeded', rows: 25 });
  // Each connection says what it was asked last, and the next question may come soon.
  const asked = new Set<string>();
  let isChecking = true;
  const looking = (async () => {
    while (isChecking) for (const text of await askedThere()) asked.add(text);
  })();
  const { data } = await finance.query('mutation { startLedgerCheck { job { id } } }');
  const check = 'query ($id: ID!) { node(id: $id) { ... on LedgerCheck { status ok problems } } }';
  expect(await until(check, data.startLedgerCheck.job.id)).toEqual({
    ...{ status: 'succeeded', ok: true, problems: [] },
  });
  isChecking = false;
  await looking;
  // What a check of the ledger reads last.
  expect([...asked]).toContainEqual(expect.stringContaining('from seals'));
  const figures = await finance.query(
    '{ admin { metrics(range: {}, bucket: day) { totals { payments } } } }',
  );
  expect(figures.errors).toBeUndefined();
  expect(figures.data.admin.metrics.totals[0].payments).toBe(25);
  expect(await askedThere()).toContainEqual(expect.stringMatching(/date_trunc/));
});

it('reads the primary when the replica is late, and says how late', async () => {
  await pair.standby.sql('select pg_wal_replay_pause()');
  const client = await gateway.as(`reader_${++users}`);
  await buy(client);
  expect((await listed(client)).totalCount).toBe(1);
  await eventually(async () => {
    const { ok, detail } = await replicaCheck();
    expect([ok, detail]).toEqual([false, expect.stringMatching(/^[\d.]+ s behind; the primary is read$/)]);
  });
  expect(await metric('database_replica_behind_seconds')).toBeGreaterThan(0.25);
  expect(await metric('database_replica_read')).toBe(0);
  await pair.standby.sql('select pg_wal_replay_resume()');
  await eventually(async () => {
    expect((await listed(client)).totalCount).toBe(1);
    expect(await replicaCheck()).toMatchObject({ ok: true });
  });
});

it.each(['hangs', 'is away'])('reads the primary while the replica %s: nobody hears of it', async (how) => {
  const client = await gateway.as(`reader_${++users}`);
  let isOver = false;
  const answers: number[] = [];
  const reading = (async () => {
    while (!isOver) {
      const startedMs = performance.now();
      await listed(client);
      answers.push(performance.now() - startedMs);
    }
  })();
  await eventually(() => expect(answers.length).toBeGreaterThan(20));
  if (how === 'hangs') pair.standby.freeze();
  else await pair.standby.stop();
  const id = await buy(client);
  expect((await listed(client)).nodes.at(-1)).toEqual({ id, status: 'succeeded' });
  const before = answers.length;
  await eventually(() => expect(answers.length).toBeGreaterThan(before + 20));
  expect(await replicaCheck()).toMatchObject({
    ok: false,
    detail: 'No answer of a standby; the primary is read',
  });
  if (how === 'hangs') pair.standby.thaw();
  else await pair.standby.start();
  await eventually(async () => {
    await listed(client);
    expect(await replicaCheck()).toEqual({ name: 'replica', ok: true, detail: '0.0 s behind' });
  });
  isOver = true;
  await reading;
});

it('refuses a start with a replica of something else', async () => {
  const other = await startPair('credits');
  await expect(
    startGateway({ DATABASE_URL: pair.primary.url, DATABASE_READ_URL: other.primary.url }),
  ).rejects.toThrow(/DATABASE_READ_URL: leads to another database than DATABASE_URL/);
  await other.stop();
});

it('wrote nothing there, and works as nobody else', async () => {
  const [row] = await pair.standby.sql(
    'select pg_is_in_recovery() as standby, pg_has_role($1, $2, $3) as member',
    ['postgres', APPLICATION_ROLE, 'member'],
  );
  expect(row).toEqual({ standby: true, member: true });
});
