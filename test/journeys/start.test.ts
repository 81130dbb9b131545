// A start on a database that is away, strange or closed: waited for, or refused in a sentence that names the variable, the reason
// and what to do.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { onServer, urlOf } from '../support/database';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { PostgresProxy } from '../support/proxy';

const database = useDatabase();
afterAll(stopGateways);

const NEW = 'a-new-secret-that-is-long-enough-to-be-one';
const OLD = 'an-old-secret-that-is-long-enough-to-be-one';

/** Starts one that is expected to end by itself. @returns its exit code and what it said. */
function refusal(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const root = path.resolve(__dirname, '..', '..');
  const options = { cwd: root, env: { PATH: process.env.PATH, PORT: '0', ...env }, timeout: 60_000 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['dist/src/main.js'], options, (error, _stdout, stderr) => {
      if (typeof error?.code === 'number') resolve({ code: error.code, said: stderr });
      else reject(error ?? new Error('It started'));
    });
  });
}

/** A purchase, a spend and the refund of what is left. @returns how the refund stands */
async function boughtSpentRefunded(gateway: GatewayProcess): Promise<unknown> {
  const [buyer, finance] = [await gateway.as('ada'), await gateway.as('fin_1', 'finance')];
  const made = await buyer.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', currency: 'USD' },
    'intent { id }',
  );
  const { id } = made.intent as { id: string };
  await buyer.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  const spend = { credits: 1, reason: 'a test', idempotencyKey: 'one' };
  expect(await buyer.mutate('spendCredits', spend, 'transaction { id }')).toMatchObject({ errors: [] });
  const refund = { intentId: id, amountMinor: 100, reason: 'a test', idempotencyKey: 'back' };
  return finance.mutate('refundIntent', refund, 'refund { status }');
}

describe('A start', () => {
  it('waits for a database that starts beside it, and says for what', async () => {
    const proxy = await PostgresProxy.open(database.url);
    try {
      proxy.mode = 'refuse';
      const starting = startGateway({ DATABASE_URL: proxy.url });
      await eventually(async () => expect(proxy.refused).toBeGreaterThan(2));
      proxy.mode = 'pass';
      const gateway = await starting;
      const said = gateway.log.filter((line) => line.includes('database.waited_for'));
      expect(said.length).toBeGreaterThan(0);
      expect(JSON.parse(said[0] as string)).toMatchObject({
        variable: 'DATABASE_URL',
        givesUpInSeconds: expect.any(Number),
      });
      const buyer = await gateway.as('ada');
      expect((await buyer.query('{ me: balance { available } }')).errors).toBeUndefined();
      await gateway.stop();
    } finally {
      await proxy.close();
    }
  });

  it('gives up on a database that stays away, in the time that is set', async () => {
    const startedMs = performance.now();
    // Nothing listens on port 1.
    const { code, said } = await refusal({
      DATABASE_URL: 'postgresql://a@127.0.0.1:1/b',
      START_WAIT_SECONDS: '2',
    });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/DATABASE_URL: no answer for 2 s \(START_WAIT_SECONDS\): connect ECONNREFUSED/),
    ]);
    expect(said).not.toMatch(/\n {4}at /);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
  });

  it('does not wait for a database that is not there', async () => {
    const { code, said } = await refusal({ DATABASE_URL: urlOf('nobody_made_this') });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/DATABASE_URL: .*"nobody_made_this" does not exist: make it/),
    ]);
    expect(said).not.toContain('database.waited_for');
  });

  it('does not begin where the files of its own database cannot be written', async () => {
    const { code, said } = await refusal({ DATABASE_URL: '', DATA_DIR: '/dev/null/data' });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/DATA_DIR: nothing can be written to \/dev\/null\/data \(ENOTDIR\)/),
    ]);
  });
});

describe('A database that was written with one secret', () => {
  const fresh = `test_${randomUUID().replaceAll('-', '')}`;
  const start = (secrets: string) => ({
    DATABASE_URL: urlOf(fresh),
    SECRETS_KEY: secrets,
    API_KEY_PEPPER: secrets,
  });
  const startAndStop = async (secrets: string) => (await startGateway(start(secrets))).stop();
  beforeAll(() => onServer(`create database ${fresh}`));
  afterAll(() => onServer(`drop database ${fresh} with (force)`));

  it('is not opened with another, and says which settings lack it', async () => {
    await startAndStop(OLD);
    const { code, said } = await refusal(start(NEW));
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/SECRETS_KEY: .*last written with another.*API_KEY_PEPPER: .*no API key/s),
    ]);
    expect(said).not.toContain(NEW);
  });

  it('goes over to a new one beside the old one, and does without the old one from then on', async () => {
    await startAndStop(`${NEW},${OLD}`);
    await startAndStop(NEW);
    expect((await refusal(start(OLD))).said).toMatch(/SECRETS_KEY: .*last written with another/);
  });
});

describe('A user of the database that may make no roles', () => {
  const fresh = `test_${randomUUID().replaceAll('-', '')}`;
  const user = `user_${randomUUID().slice(0, 8)}`;
  const url = () => urlOf(fresh).replace(/\/\/[^@/]*@?/, `//${user}@`);
  beforeAll(async () => {
    await onServer(`create role ${user} login nocreaterole nosuperuser`);
    await onServer(`create database ${fresh} owner ${user}`);
  });
  afterAll(async () => {
    await onServer(`drop database ${fresh} with (force)`);
    await onServer(`drop role ${user}`);
  });

  it('is told what to ask an administrator for, and starts once that is done', async () => {
    const { code, said } = await refusal({ DATABASE_URL: url() });
    expect([code, said]).toEqual([1, expect.stringMatching(/grant credits_gateway_app to <this user>/)]);
    await onServer(`grant credits_gateway_app to ${user}`);
    const gateway = await startGateway({ DATABASE_URL: url() });
    expect(await boughtSpentRefunded(gateway)).toMatchObject({ refund: { status: 'succeeded' }, errors: [] });
    await gateway.stop();
    const owner = new pg.Client({ connectionString: url() });
    await owner.connect();
    const { rows } = await owner.query(
      "select pg_has_role(current_user, 'credits_gateway_app', 'member') as member",
    );
    await owner.end();
    expect(rows).toEqual([{ member: true }]);
  });
});
