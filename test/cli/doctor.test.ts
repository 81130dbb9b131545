// The doctor, as whoever runs a gateway meets it: before a start, beside one, and where something is wrong.
import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { urlOf } from '../support/database';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { freePort } from '../support/ports';

const database = useDatabase();
afterAll(stopGateways);

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function cli(args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  const options = {
    cwd: path.resolve(__dirname, '..', '..'),
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, ...env },
    timeout: 60_000,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, ['dist/src/cli/cli.js', ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    ),
  );
}
const findings = (said: Said): Record<string, { state: string; detail: string }> =>
  Object.fromEntries(
    JSON.parse(said.out).findings.map((finding: { name: string }) => [finding.name, finding]),
  );

// Nothing listens on port 1.
const STRIPE = {
  STRIPE_SECRET_KEY: 'sk_test_of_this_test',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_this_test',
  STRIPE_API_BASE: 'http://127.0.0.1:1',
  AUTH_JWT_SECRET: 'a-secret-of-this-test-that-is-long-enough-for-hs256',
};

it('says on one screen that all works beside a gateway, and ends with 0', async () => {
  const gateway = await startGateway({ DATABASE_URL: database.url });
  const said = await cli(['doctor']);
  expect(said.err).toBe('');
  expect(said.code).toBe(0);
  expect(said.out).toMatch(/✓ settings .*mock mode/);
  expect(said.out).toMatch(/✓ rights .*credits_gateway_app, which cannot change the ledger/);
  expect(said.out).toMatch(/✓ clock .* ms (ahead of|behind) this machine/);
  expect(said.out).toMatch(/✓ worker/);
  expect(said.out.trimEnd()).toMatch(/All that was asked works\.$/);
  await gateway.stop();
});

it('finds that nobody does the background work, as admin.health does', async () => {
  const gateway = await startGateway({ DATABASE_URL: database.url, ROLE: 'api' });
  const said = await cli(['doctor', '--json']);
  expect(said.code).toBe(1);
  expect(findings(said).worker).toMatchObject({
    state: 'bad',
    detail: expect.stringContaining('ROLE=worker'),
  });
  const support = await gateway.as('sup_1', 'support');
  const { data } = await support.query('{ admin { health { ok checks { name ok detail } } } }');
  expect(data.admin.health.ok).toBe(false);
  expect(data.admin.health.checks).toContainEqual({
    name: 'worker',
    ok: false,
    detail: expect.stringContaining('Start one with ROLE=worker'),
  });
  await gateway.stop();
});

it('asks each provider with its own keys, and says that none of its events has come', async () => {
  const [closed, simulated] = [await cli(['doctor', '--json'], STRIPE), await cli(['doctor', '--json'])];
  const found = findings(closed);
  expect(closed.code).toBe(1);
  expect(found['stripe payments']).toMatchObject({
    state: 'bad',
    detail: expect.stringContaining('no answer'),
  });
  expect(found['stripe disputes']?.state).toBe('bad');
  expect(found['stripe events']).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('/webhooks/stripe'),
  });
  expect(closed.out + closed.err).not.toMatch(/sk_test_of|whsec_of/);
  expect(Object.keys(findings(simulated)).filter((name) => name.startsWith('stripe'))).toEqual([]);
});

it.each<[string, Record<string, string>, RegExp]>([
  [
    'a database that is away',
    { DATABASE_URL: 'postgresql://a@127.0.0.1:1/b' },
    /✗ database .*DATABASE_URL: no answer: connect ECONNREFUSED/,
  ],
  [
    'a database that is not there',
    { DATABASE_URL: 'NONE' },
    /✗ database .*"nobody_made_this" does not exist: make it/,
  ],
])('tells of %s in a line, and asks the others all the same', async (_what, env, why) => {
  const given = env.DATABASE_URL === 'NONE' ? { DATABASE_URL: urlOf('nobody_made_this') } : env;
  const said = await cli(['doctor'], { ...STRIPE, ...given });
  expect([said.code, said.err]).toEqual([1, '']);
  expect(said.out).toMatch(why);
  expect(said.out).toMatch(/✗ stripe payments .*no answer/);
  const { ok, findings: found } = JSON.parse((await cli(['doctor', '--json'], given)).out);
  expect([ok, found[1].name, found[1].state]).toEqual([false, 'database', 'bad']);
});

it('tells of a setting that is wrong in a sentence, and ends with 2', async () => {
  const said = await cli(['doctor'], { INTENT_TTL: '0' });
  expect([said.code, said.out]).toEqual([2, '']);
  expect(said.err).toMatch(/INTENT_TTL: .*between 60s and 30d/);
  expect(said.err).not.toMatch(/\n {4}at /);
});

it('asks Redis, the keys that tokens are signed by and the collector of traces where they are set', async () => {
  // Not port 1: what fetch thinks unsafe it does not ask.
  const AWAY = `http://127.0.0.1:${await freePort()}`;
  const there = http.createServer((request, response) => {
    const body = request.url === '/keys' ? '{"keys": [{"kty": "EC"}, {"kty": "EC"}]}' : '{}';
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  await new Promise<void>((resolve) => there.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(there.address() as AddressInfo).port}`;
  const away = { AUTH_JWKS_URL: `${AWAY}/keys`, OTEL_EXPORTER_OTLP_ENDPOINT: AWAY };
  const lost = await cli(['doctor', '--json'], { ...away, REDIS_URL: 'redis://127.0.0.1:1' });
  expect(lost.code).toBe(1);
  expect(findings(lost)).toMatchObject({
    redis: { state: 'bad', detail: expect.stringContaining('REDIS_URL: no answer') },
    'sign-in keys': {
      state: 'bad',
      detail: expect.stringMatching(/AUTH_JWKS_URL: .*\/keys: .*ECONNREFUSED/),
    },
    traces: { state: 'warn', detail: expect.stringMatching(/no collector answers .*ECONNREFUSED/) },
  });
  const other = await cli(['doctor', '--json'], { AUTH_JWKS_URL: `${url}/none` });
  expect(findings(other)['sign-in keys']?.detail).toMatch(/what is there is no set of keys$/);
  const found = await cli(['doctor', '--json'], {
    AUTH_JWKS_URL: `${url}/keys`,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
  });
  there.close();
  expect([found.code, findings(found).redis]).toEqual([0, undefined]);
  expect(findings(found)).toMatchObject({ 'sign-in keys': { state: 'ok' }, traces: { state: 'ok' } });
});

it('finds what a start would refuse: the mode and the secrets of the database are others', async () => {
  const gateway = await startGateway({ DATABASE_URL: database.url, SECRETS_KEY: 'a'.repeat(40) });
  await gateway.stop();
  expect(findings(await cli(['doctor', '--json'], { SECRETS_KEY: 'a'.repeat(40) })).kept?.state).toBe('ok');
  const said = await cli(['doctor'], { SECRETS_KEY: 'b'.repeat(40) });
  expect(said.code).toBe(1);
  expect(said.out).toMatch(/✗ kept .*SECRETS_KEY: this database was last written with another one/);
  const inTest = await cli(['doctor'], STRIPE);
  expect(inTest.out).toMatch(/✗ kept .*this database holds mock payments and cannot be used in test mode/);
});

it('asks both addresses of the database, and the replica', async () => {
  const { url } = database;
  const away = 'postgresql://a@127.0.0.1:1/b';
  const pooled = { DATABASE_URL: away, DATABASE_DIRECT_URL: url, DATABASE_READ_URL: away };
  const said = await cli(['doctor', '--json'], pooled);
  expect(said.code).toBe(1);
  expect(findings(said)).toMatchObject({
    database: { state: 'ok' },
    pooler: { state: 'bad', detail: expect.stringContaining('DATABASE_URL: no answer') },
    replica: { state: 'bad', detail: expect.stringContaining('DATABASE_READ_URL: no answer') },
  });
  const both = findings(
    await cli(['doctor', '--json'], { DATABASE_DIRECT_URL: url, DATABASE_READ_URL: url }),
  );
  expect(both).toMatchObject({
    pooler: { state: 'ok' },
    replica: { state: 'bad', detail: expect.stringContaining('No answer of a standby') },
  });
});

describe('Each command', () => {
  const COMMANDS = [
    ...['doctor', 'ledger verify', 'seed', 'simulator', 'listen', 'clock', 'token'],
    ...['risk backtest', 'risk lists', 'risk rules', 'risk decisions', 'erase-user'],
    ...['recover', 'reconcile', 'export', 'archive', 'webhooks list', 'webhooks replay', 'webhooks dismiss'],
    ...['keys list', 'keys create', 'keys revoke', 'grants import'],
  ];
  it('is named by --help, and says by --help what it takes, on stdout and with 0', async () => {
    const whole = await cli(['--help']);
    expect([whole.code, whole.err]).toEqual([0, '']);
    for (const command of COMMANDS) {
      expect(whole.out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
      const { code, out, err } = await cli([...command.split(' '), '--help'], { INTENT_TTL: '0' });
      expect([command, code, err]).toEqual([command, 0, '']);
      expect(out).toMatch(/^Usage: npm run (cli -- )?/);
    }
    const named = [...whole.out.matchAll(/^ {2}([a-z][a-z -]+?) {2,}/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([...COMMANDS].sort());
  });

  it('of a group is listed by it, a slip of the finger is told, and the version too', async () => {
    expect((await cli(['risk', '--help'])).out).toContain('risk backtest');
    expect(await cli(['tokn'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean token?'),
    });
    expect(await cli(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('that answers in words answers in JSON as well', async () => {
    const made = await cli(['token', '--user', 'ada', '--role', 'support', '--json']);
    expect(JSON.parse(made.out)).toMatchObject({ user: 'ada', role: 'support', hours: 8 });
    const verified = await cli(['ledger', 'verify', '--json']);
    expect([verified.code, JSON.parse(verified.out).ok]).toEqual([0, true]);
    const erased = await cli(['erase-user', 'nobody', '--json']);
    expect([erased.code, JSON.parse(erased.out).userId]).toEqual([0, 'nobody']);
  });
});
