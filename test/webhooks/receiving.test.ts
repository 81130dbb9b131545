// The door for webhook events, over HTTP: what is let in, what is refused, and what happens when it cannot be stored.
import net from 'node:net';
import pg from 'pg';
import { type App, startApp } from '../../src/app';
import type { Config } from '../../src/kernel/config';
import { readConfig } from '../../src/providers/read-config';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { letter, post, stripeBody } from './letters';

const apps: App[] = [];
const proxies: net.Server[] = [];
// Before the database goes.
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  for (const proxy of proxies) proxy.close();
});
const database = useDatabase();

async function start(changes: (config: Config) => Partial<Config> = () => ({}), url = database.url) {
  const config = readConfig({ DATABASE_URL: url, PORT: '0', PAYMENTS_MOCK_MODE: 'true' });
  const app = await startApp({ ...config, ...changes(config) }, silent);
  apps.push(app);
  return app;
}

let numbers = 0;
const customer = (padding = '') =>
  stripeBody({
    id: `evt_door_${++numbers}`,
    type: 'customer.created',
    object: { object: 'customer', padding },
  });

async function storedOf(body: string) {
  const { rows } = await database
    .pool()
    .query("select duplicate_count from webhook_events where body_sha256 = encode(sha256($1), 'hex')", [
      Buffer.from(body),
    ]);
  return rows;
}

describe('A gateway', () => {
  let app: App;
  beforeAll(async () => {
    app = await start((config) => ({
      providers: {
        stripe: { ...config.providers['stripe']!, webhookSecrets: ['whsec_new', 'whsec_old'] },
        razorpay: { ...config.providers['razorpay']!, webhookSecrets: [''] },
      },
    }));
  });

  it('takes events signed with either secret while one replaces the other, and with no third', async () => {
    for (const secret of ['whsec_new', 'whsec_old'])
      expect((await post(app.url, letter('stripe', customer(), { secret }))).status).toBe(200);
    const body = customer();
    expect(await post(app.url, letter('stripe', body, { secret: 'whsec_none' }))).toMatchObject({
      status: 400,
      error: 'signature',
    });
    expect(await storedOf(body)).toEqual([]);
  });

  it('has no door for a provider without a webhook secret, whatever is signed with the empty one', async () => {
    const body = '{"event":"payment.captured","payload":{}}';
    const signed = {
      ...letter('razorpay', body, { secret: ' ' }),
      headers: { 'x-razorpay-signature': '0'.repeat(64) },
    };
    expect(await post(app.url, signed)).toEqual({ status: 404, error: 'NOT_FOUND' });
  });

  it('counts what it refuses, by reason, and keeps nothing else of it', async () => {
    const { rejected } = app.deps.webhookCounts;
    const before = { ...rejected };
    const secret = 'whsec_new';
    const letters = [
      letter('stripe', customer(), { secret: 'whsec_none' }),
      { ...letter('stripe', customer(), { secret }), headers: {} },
      letter('stripe', customer(), { secret, atMs: Date.now() - 301_000 }),
      letter('stripe', customer(), { secret, atMs: Date.now() + 302_000 }),
      letter('stripe', 'not json', { secret }),
    ];
    for (const each of letters) {
      expect((await post(app.url, each)).status).toBe(400);
      expect(await storedOf(each.body)).toEqual([]);
    }
    expect(rejected).toEqual({
      signature: before.signature + 2,
      stale: before.stale + 2,
      malformed: before.malformed + 1,
    });
  });

  it('counts a body that was seen before and stores it once, also when ten of it come at the same time', async () => {
    const { duplicates } = app.deps.webhookCounts;
    const body = customer();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(app.url, letter('stripe', body, { secret: 'whsec_new' }))),
    );
    expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(9);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await storedOf(body)).toEqual([{ duplicate_count: 9 }]);
    expect(app.deps.webhookCounts.duplicates).toBe(duplicates + 9);
  });

  it('takes a body of nearly 1 MB and refuses a larger one', async () => {
    const signed = (length: number) =>
      letter('stripe', customer('x'.repeat(length)), { secret: 'whsec_new' });
    expect((await post(app.url, signed(1_048_000))).status).toBe(200);
    expect((await post(app.url, signed(1_048_576))).status).toBe(413);
  });

  it('answers 503 within 5 s while the table is locked, and takes the event when it is free', async () => {
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    await locker.query('begin; lock table webhook_events in access exclusive mode');
    const body = customer();
    const startedMs = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(app.url, letter('stripe', body, { secret: 'whsec_new' }))),
    );
    const tookMs = Date.now() - startedMs;
    await locker.query('rollback');
    await locker.end();
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(503));
    expect(tookMs).toBeLessThan(5_000);
    expect((await post(app.url, letter('stripe', body, { secret: 'whsec_new' }))).status).toBe(200);
    expect(await storedOf(body)).toHaveLength(1);
  });
});

describe('A database that hangs', () => {
  /** A way to PostgreSQL that can be stopped without being closed: packets go in and nothing comes back. */
  async function valve() {
    let isOpen = true;
    const held: (() => void)[] = [];
    const target = new URL(database.url.replace(/^postgres(ql)?:\/\/[^@/]*@?\//, 'postgresql://socket/'));
    const socketPath = target.searchParams.get('host');
    const proxy = net.createServer((near) => {
      const far = socketPath
        ? net.connect(`${socketPath}/.s.PGSQL.${target.searchParams.get('port') ?? 5432}`)
        : net.connect(Number(new URL(database.url).port || 5432), new URL(database.url).hostname);
      for (const [from, to] of [[near, far] as const, [far, near] as const]) {
        from.on('data', (chunk) => {
          if (isOpen) to.write(chunk);
          else held.push(() => to.write(chunk));
        });
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    proxies.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as net.AddressInfo;
    return {
      port,
      close: () => {
        isOpen = false;
      },
      open: () => {
        isOpen = true;
        for (const forward of held) forward();
      },
    };
  }

  it('is answered with 503 within 5 s; what was stored after all is worked once it answers again', async () => {
    const { port, ...way } = await valve();
    const { user, database: name } = new pg.Client({ connectionString: database.url });
    const app = await start(undefined, `postgresql://${user}@127.0.0.1:${port}/${name}`);
    expect((await post(app.url, letter('stripe', customer()))).status).toBe(200);
    way.close();
    const body = customer();
    const startedMs = Date.now();
    const hung = await post(app.url, letter('stripe', body));
    const tookMs = Date.now() - startedMs;
    way.open();
    expect(hung.status).toBe(503);
    expect(tookMs).toBeLessThan(5_000);
    expect((await post(app.url, letter('stripe', body))).status).toBe(200);
    const isWorked = async () =>
      (
        await database
          .pool()
          .query("select status from webhook_events where body_sha256 = encode(sha256($1), 'hex')", [
            Buffer.from(body),
          ])
      ).rows[0]?.status === 'ignored';
    await eventually(isWorked, (isSo) => isSo);
    expect(app.deps.webhookCounts.notStored).toBe(1);
  });
});
