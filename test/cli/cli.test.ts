// What is done from a terminal, as a process of its own.
import { execFile } from 'node:child_process';
import path from 'node:path';
import pkg from '../../package.json';
import { VERSION } from '../../src/kernel/version';
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const SECRET = 'a-secret-of-this-test-that-is-long-enough-for-hs256';
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({
    DATABASE_URL: database.url,
    AUTH_JWT_SECRET: SECRET,
    METRICS_TOKEN: 'm-token',
  });
});
afterAll(stopGateways);

const cli = (...args: string[]) => cliWith({}, ...args);

function cliWith(env: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> {
  const options = {
    cwd: path.resolve(__dirname, '..', '..'),
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, AUTH_JWT_SECRET: SECRET, ...env },
  };
  return new Promise((resolve) =>
    execFile(process.execPath, ['dist/src/cli/cli.js', ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    ),
  );
}

it('makes a token for an operator, which the gateway believes', async () => {
  const { code, said } = await cli('token', '--user', 'ada', '--role', 'support');
  expect(code).toBe(0);
  const { data } = await new Client(gateway.url, said.trim()).query(
    '{ viewer { id role } admin { health { ok version } } }',
  );
  expect(data).toEqual({
    viewer: { id: 'ada', role: 'support' },
    admin: { health: { ok: true, version: pkg.version } },
  });
  expect(VERSION).toBe(pkg.version);
});

it.each([
  [[], 'npm run cli -- <command>'],
  [['constructor'], 'npm run cli -- <command>'],
  [['token'], 'Usage: npm run cli -- token'],
  [['token', '--user', 'ada', '--role', 'root'], 'Usage'],
  [['token', '--user', 'ada', '--role', 'admin', '--hours', '9999'], 'Usage'],
  [['token', '--loud'], 'Usage'],
  [['erase-user'], 'Usage: npm run cli -- erase-user <id>'],
  [['risk', 'backtest'], 'Usage: npm run cli -- risk backtest'],
  [
    ['risk', 'backtest', '--version', '1', '--from', 'monday', '--to', '2026-01-02'],
    'Usage: npm run cli -- risk backtest',
  ],
  [
    ['risk', 'backtest', '--version', '999', '--from', '2026-01-01', '--to', '2026-01-02'],
    'The version was not found.',
  ],
  [
    ['risk', 'backtest', '--rules', 'none.json', '--from', '2026-01-01', '--to', '2026-01-02'],
    'none.json cannot be read',
  ],
  [['risk', 'lists', '--list', 'grey'], 'Usage: npm run cli -- risk lists'],
  [['risk', 'decisions', '--rows', '0'], 'Usage: npm run cli -- risk decisions'],
])('%j is refused with a sentence', async (args, sentence) => {
  const { code, said } = await cli(...args);
  expect([code, said]).toEqual([2, expect.stringContaining(sentence)]);
  expect(said).not.toContain(' at ');
});

it('erases what says who a user is, and leaves the ledger as it is', async () => {
  const buyer = await gateway.as('erased');
  const admin = await gateway.as('adm_1', 'admin');
  await admin.query(
    'mutation { createWebhookEndpoint(input: {url: "http://127.0.0.1:9/", events: ["*"]}) { secret } }',
  );
  const input = {
    packageId: 'small',
    fingerprintId: 'device-of-erased',
    returnUrl: 'https://shop.example/erased',
  };
  const { intent } = await buyer.mutate('createIntent', input, 'intent { id }');
  expect((await cli('erase-user', 'erased')).said).toContain('A purchase of this user is open');
  await buyer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');

  const pool = database.pool();
  // A purchase is told of twice, shortly after it is made.
  const ofThem = "select body from deliveries where body::jsonb ->> 'userId' = 'erased'";
  while ((await pool.query(ofThem)).rows.length < 2) await new Promise((resolve) => setTimeout(resolve, 50));

  expect((await cli('erase-user', 'erased')).said).toMatch(
    /^1 intents, [1-9]\d* bodies of webhook events and 2 of deliveries .*\n?.* 2 deliveries had not been received/,
  );
  expect((await pool.query(ofThem)).rows).toEqual([]);
  const { rows } = await pool.query('select fingerprint_id, return_url, request from intents where id = $1', [
    intent.id,
  ]);
  expect(rows).toEqual([{ fingerprint_id: null, return_url: null, request: {} }]);
  const bodies = await pool.query('select 1 from webhook_events where intent_id = $1 and body is not null', [
    intent.id,
  ]);
  expect(bodies.rows).toEqual([]);
  expect((await buyer.query('{ balance { credits } }')).data.balance.credits).toBe(50);
  const audit = await pool.query("select actor, action from audit_log where target_id = 'erased'");
  expect(audit.rows).toEqual([{ actor: expect.stringMatching(/^cli:/), action: 'eraseUser' }]);
});

describe('Health', () => {
  it('says what is wrong to operators', async () => {
    const support = await gateway.as('sup_1', 'support');
    await database.pool().query(
      `insert into webhook_events (id, provider, provider_event_id, type, subject, body_sha256, status)
       values ('whe_dead', 'stripe', 'evt_dead', 'x', 'other', 'none', 'dead')`,
    );
    const { data } = await support.query(
      '{ admin { health { ok mode uptimeSeconds checks { name ok detail latencyMs } } } }',
    );
    expect(data.admin.health).toMatchObject({ ok: false, mode: 'mock' });
    expect(data.admin.health.checks).toContainEqual({
      name: 'dead_webhook_events',
      ok: false,
      detail: '1 gave up',
      latencyMs: expect.any(Number),
    });
    expect(data.admin.health.checks).toContainEqual(expect.objectContaining({ name: 'postgres', ok: true }));
  });

  it('is counted for whoever has the token of metrics', async () => {
    const ask = (authorization?: string) =>
      fetch(`${gateway.url}/metrics`, { headers: authorization ? { authorization } : {} });
    expect((await ask()).status).toBe(401);
    expect((await ask('Bearer other')).status).toBe(401);
    const text = await (await ask('Bearer m-token')).text();
    expect(text).toMatch(/webhook_events_total\{result="stored"\} [1-9]/);
    expect(text).toMatch(/risk_reviews_open 0\n/);
    expect(text).toMatch(/risk_review_oldest_seconds 0\n/);
    expect(text).toContain('http_request_duration_seconds_bucket{le="0.005",route="/graphql",status="200"}');
  });
});

it('shows the clock of a running gateway, and moves it forward', async () => {
  const { port } = new URL(gateway.url);
  const clock = (...args: string[]) => cliWith({ PORT: port }, 'clock', ...args);
  expect(await clock()).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^\d{4}-.*, as this machine's clock\n$/),
  });
  expect(await clock('advance', '36h')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^\d{4}-.*, 1\.5 days ahead of this machine's clock\n$/),
  });
  expect(await clock('advance', '2020-01-01T00:00:00Z')).toMatchObject({
    code: 2,
    said: 'The clock only goes forward.\n',
  });
  expect(await clock('advance', 'soon')).toMatchObject({ code: 2, said: expect.stringContaining('Usage: ') });
  expect(await cliWith({ PORT: '1' }, 'clock')).toMatchObject({
    code: 2,
    said: expect.stringContaining('No gateway answers at http://127.0.0.1:1'),
  });
});

it('shows rules, lists and decisions of risk, and replays decisions by a file of rules', async () => {
  const ada = await gateway.as('ada');
  await ada.mutate('createIntent', { packageId: 'small', provider: 'stripe' }, 'intent { id }');
  const sup = await gateway.as('sup', 'support');
  await sup.mutate(
    'addToBlocklist',
    { kind: 'address', value: '203.0.113.0/24', reason: 'Tried\ncards' },
    'entry { id }',
    'BlocklistInput',
  );
  const rules = await cli('risk', 'rules');
  expect(rules.said).toMatch(/^1 +active +\d+ +system/m);
  expect((await cli('risk', 'lists')).said).toMatch(
    /^blk_\w+ +block +address +203\.0\.113\.0\/24 .*Tried cards$/m,
  );
  expect(JSON.parse((await cli('risk', 'lists', '--list', 'allow', '--json')).said)).toEqual([]);
  expect((await cli('risk', 'decisions', '--user', 'ada')).said).toMatch(
    /^rsk_[0-9a-z]{12} .* ada +claim +\d+ +allow/m,
  );

  const file = path.resolve(__dirname, '..', '..', 'src', 'risk', 'default-rules.json');
  const range = ['--from', '2020-01-01', '--to', '2100-01-01'];
  const { code, said } = await cli('risk', 'backtest', '--rules', file, ...range);
  expect([code, said]).toEqual([
    0,
    expect.stringMatching(
      /^\S+default-rules\.json, 2020-01-01 to 2100-01-01\n\d+ decisions about \d+ purchases/,
    ),
  ]);
  const json = JSON.parse((await cli('risk', 'backtest', '--version', '1', ...range, '--json')).said);
  expect(json).toMatchObject({ version: 1, decisions: expect.any(Number), all: { bad: 0 } });
});
