// A server that sells is backed up, sells on, and is lost. What docs/operations/disaster.md says is done word for word: a dump and a
// base backup with the log, each restored to a server of its own, and recovered from the providers, which have moved on.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { installSimulator } from '../../packages/simulator/src/install';
import { type SimulatorServer, serve } from '../../packages/simulator/src/server';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import { pause, systemClock } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { heardPool } from '../support/pools';
import { makePlace, type Place } from '../support/postgres-cluster';

const BUYERS = 6;
let place: Place;
let simulator: Simulator;
let server: SimulatorServer;
let there: pg.Pool;
let gateway: GatewayProcess;
const lost = { url: '', adminUrl: '', moment: '', sold: 0 };

/** The blocks of the page's chapter, in their order. */
function blocks(chapter: string): string[] {
  const page = fs.readFileSync(path.resolve(__dirname, '../../docs/operations/disaster.md'), 'utf8');
  const text = page.split(/^## /m).find((part) => part.startsWith(chapter)) ?? '';
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '');
}
const [dump = '', baseBackup = ''] = blocks('Back up');
const [restoreDump = '', restoreBase = '', newest = ''] = blocks('Restore');

/** The database of a gateway whose user owns it and is no superuser. */
const ownedOn = (adminUrl: string) =>
  adminUrl.replace('//postgres@', '//gateway@').replace(/\/postgres$/, '/credits');

const settings = (url: string) => ({
  ...{ DATABASE_URL: url, STRIPE_API_BASE: server.url, RAZORPAY_API_BASE: server.url },
});

beforeAll(async () => {
  place = makePlace();
  const archive = path.join(place.directory, 'archive');
  place.run(`mkdir ${archive}`);
  lost.adminUrl = await place.start('live', [
    'archive_mode = on',
    `archive_command = 'test ! -f ${archive}/%f && cp %p ${archive}/%f'`,
  ]);
  lost.url = ownedOn(lost.adminUrl);
  place.run(
    `psql "${lost.adminUrl}" -c 'create role gateway login createrole' -c 'create database credits owner gateway'`,
  );
  // The providers live elsewhere, and are not restored.
  const providersUrl = await place.start('providers');
  there = heardPool({ connectionString: providersUrl, max: 4 });
  const client = new pg.Client({ connectionString: providersUrl });
  await client.connect();
  await installSimulator(client);
  await client.end();
  simulator = createSimulator({
    pool: there,
    clock: systemClock,
    secrets: MOCK_WEBHOOK_SECRETS,
    deliver: async ({ provider, headers, body }) => {
      const answer = await fetch(`${gateway.url}/webhooks/${provider}`, { method: 'POST', headers, body });
      return { status: answer.status };
    },
  });
  server = await serve(simulator, { port: 0, host: '127.0.0.1' });
  gateway = await startGateway(settings(lost.url));
  simulator.start();

  const over = { is: false };
  const buying = Promise.all(Array.from({ length: BUYERS }, (_, at) => buy(`buyer_${at}`, over)));
  await soldMore(10);
  place.run(baseBackup, { ADMIN_URL: lost.adminUrl });
  await soldMore(10);
  place.run(dump, { DATABASE_URL: lost.url });
  await soldMore(20);
  lost.moment = new Date().toISOString().replace('Z', '+00');
  await soldMore(20);
  over.is = true;
  await buying;
  place.run(`psql "${lost.adminUrl}" -c 'select pg_switch_wal()'`);
  await eventually(
    () =>
      place
        .run(
          `psql "${lost.adminUrl}" -Atc "select last_archived_wal is not null and last_archived_time > '${lost.moment}' from pg_stat_archiver"`,
        )
        .trim(),
    (said) => said === 't',
  );
  await gateway.kill();
  place.lose('live');
});
afterAll(async () => {
  await stopGateways();
  await simulator.stop();
  await server.close();
  await there.end();
  place.remove();
});

/** Buys and spends until it is over, as fast as the answers come. */
async function buy(userId: string, over: { is: boolean }): Promise<void> {
  const client = await gateway.as(userId);
  for (let nth = 0; !over.is; nth++) {
    const provider = nth % 2 === 0 ? 'stripe' : 'razorpay';
    const { intent } = await client.mutate(
      'createIntent',
      { packageId: 'small', provider, idempotencyKey: `key-${nth}` },
      'intent { id providerIntentId }',
    );
    await simulator.play({
      provider,
      providerIntentId: intent.providerIntentId,
      outcome: 'succeed',
      delayMs: 0,
    });
    await eventually(
      async () => (await client.query(`{ intent(id: "${intent.id}") { status } }`)).data.intent.status,
      (status) => status === 'succeeded',
    );
    lost.sold += 1;
    await client.mutate(
      'spendCredits',
      { credits: 7, reason: 'work', idempotencyKey: `spend-${nth}` },
      'balance { credits }',
    );
  }
}

async function soldMore(purchases: number): Promise<void> {
  const until = lost.sold + purchases;
  while (lost.sold < until) await pause(50);
}

function cli(url: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const options = {
    cwd: path.resolve(__dirname, '..', '..'),
    env: { PATH: process.env.PATH, ...settings(url) },
    timeout: 120_000,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, ['dist/src/cli/cli.js', ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    ),
  );
}

/** Starts a gateway, recovers, and says how many purchases had been lost. */
async function recovered(url: string): Promise<number> {
  const from = place.run(newest, { RESTORED_URL: url }).trim();
  expect(from).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z$/);
  gateway = await startGateway({ ...settings(url), PAYMENTS_ENABLED: 'false' });
  const said = await cli(url, 'recover', '--from', from, '--json');
  expect(said).toMatchObject({ code: 0, err: expect.not.stringContaining('Error') });
  const { providers } = JSON.parse(said.out);
  return providers.stripe.restored + providers.razorpay.restored;
}

/** Each balance is what was paid at the providers, less what was spent here and survived; and the ledger is whole. */
async function isWhole(url: string): Promise<void> {
  const paid = await there.query<{ user_id: string; credits: number }>(
    `select coalesce(body::jsonb -> 'metadata', body::jsonb -> 'notes') ->> 'user_id' as user_id, count(*)::int * 50 as credits
     from simulator.objects o where kind in ('payment_intent', 'order') and exists (select from simulator.objects p
       where p.root_id = o.id and p.kind in ('charge', 'payment') and p.body::jsonb ->> 'status' in ('succeeded', 'captured'))
     group by 1`,
  );
  expect(paid.rows.length).toBe(BUYERS);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const here = await client.query<{ user_id: string; balance: number; spent: number }>(
    `select w.user_id, w.balance::int, (select coalesce(-sum(e.amount), 0)::int from entries e join journal j on j.id = e.journal_id
       where e.account = 'wallet' and e.user_id = w.user_id and j.kind = 'spend') as spent from wallets w`,
  );
  await client.end();
  const bought = Object.fromEntries(
    here.rows.map(({ user_id, balance, spent }) => [user_id, balance + spent]),
  );
  expect(bought).toEqual(Object.fromEntries(paid.rows.map(({ user_id, credits }) => [user_id, credits])));
  expect(await cli(url, 'ledger', 'verify')).toMatchObject({ code: 0 });
}

it('a dump of a running system, restored to an empty server, is brought up to the providers', async () => {
  const serverUrl = await place.start('fresh');
  const url = ownedOn(serverUrl);
  place.run(restoreDump, { NEW_SERVER_URL: serverUrl, RESTORED_URL: url, PASSWORD: 'of this test' });
  expect(await cli(url, 'recover', '--from', '2026-11-28')).toMatchObject({
    code: 2,
    err: expect.stringContaining('PAYMENTS_ENABLED=false'),
  });

  // Forty were sold since; what each buyer was about at that moment may be in the dump, and goes on by itself.
  expect(await recovered(url)).toBeGreaterThanOrEqual(40 - BUYERS);
  await isWhole(url);
  await gateway.stop();
});

it('a base backup with its log, restored to a moment, is brought up to the providers', async () => {
  const { url: adminUrl, settings: lines } = await place.portOf();
  const url = ownedOn(adminUrl);
  fs.appendFileSync(
    path.join(place.directory, 'base', 'postgresql.conf'),
    `${lines.join('\n')}\narchive_mode = off\n`,
  );
  place.run(restoreBase.replace('--wait start', '--wait start > /dev/null'), {
    ARCHIVE: path.join(place.directory, 'archive'),
    MOMENT: lost.moment,
  });
  await eventually(
    () => place.run(`psql "${url}" -Atc 'select pg_is_in_recovery()'`).trim(),
    (said) => said === 'f',
  );

  const restored = await recovered(url);
  expect(restored).toBeGreaterThan(10);
  expect(restored).toBeLessThan(40);
  await isWhole(url);
  await gateway.stop();
});
