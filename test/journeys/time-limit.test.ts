// An operation that takes too long is answered in time, over every transport, and what it began goes on.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { overEvents, overHttp, overSocket } from './transports';

const database = useDatabase();
const LIMIT_MS = 400;
let gateway: GatewayProcess;
let owner: pg.Client;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, OPERATION_TIMEOUT_MS: String(LIMIT_MS) });
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await stopGateways();
});

it.each([
  ['HTTP', overHttp],
  ['SSE', overEvents],
  ['a socket', overSocket],
])('over %s its caller hears so and is not kept waiting', async (name, transport) => {
  const user = await gateway.as('user_1');
  await owner.query('begin; lock table intents in access exclusive mode');
  const startedMs = performance.now();
  const told = await transport(gateway.url, user.token, { query: '{ intents { nodes { id } } }' });
  const tookMs = performance.now() - startedMs;
  await owner.query('rollback');
  // The lock was held until there was this answer; PostgreSQL itself would give up after two seconds, and say something else.
  expect(told.answers.at(-1).errors).toMatchObject([
    { message: 'This takes too long; what it began goes on. Ask again.', extensions: { code: 'TIMED_OUT' } },
  ]);
  if (name === 'HTTP') expect(told.status).toBe(503);
  expect(tookMs).toBeGreaterThanOrEqual(LIMIT_MS - 50);
});

it('a mutation that was answered too late has happened once, and says so under its key', async () => {
  const user = await gateway.as('user_2');
  const buy = () =>
    user.query(
      'mutation { createIntent(input: {packageId: "small", idempotencyKey: "k"}) { replayed intent { id } errors { code } } }',
    );
  await owner.query('begin; lock table intents in access exclusive mode');
  const late = await buy();
  await owner.query('rollback');
  expect(late.errors).toMatchObject([{ extensions: { code: 'TIMED_OUT' } }]);
  // Whichever of the late one and the first that asks again comes to the key first makes the intent.
  const answered = async () => {
    for (;;) {
      const { data, errors } = await buy();
      if (!errors && data.createIntent.errors[0]?.code !== 'IN_PROGRESS') return data.createIntent;
    }
  };
  const first = await answered();
  expect(first.errors).toEqual([]);
  expect(await answered()).toEqual({ ...first, replayed: true });
  const { rows } = await owner.query("select id from intents where user_id = 'user_2'");
  expect(rows).toEqual([{ id: first.intent.id }]);
});
