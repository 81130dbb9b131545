// What an operator does from a terminal beside a gateway that runs: webhook events, keys, exports, reconciliation. Each has its help,
// says the same as JSON, and leaves its name in the audit trail.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Client } from '../support/client';
import { ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'operators-'));
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  const user = await gateway.as('user_1');
  const { intent } = await user.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
});
afterAll(async () => {
  await stopGateways();
  fs.rmSync(folder, { recursive: true });
});

const cli = (...args: string[]) => run(args, { DATABASE_URL: database.url, DATA_DIR: folder });
function run(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  const options = {
    cwd: path.resolve(__dirname, '..', '..'),
    env: { PATH: process.env.PATH, ...env },
    timeout: 60_000,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, ['dist/src/cli/cli.js', ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    ),
  );
}
const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).out);

const rows = async (text: string, values: unknown[] = []) => (await database.pool().query(text, values)).rows;
const audited = (action: string) =>
  rows('select actor, reason, target_id, diff from audit_log where action = $1 order by id', [action]);
const BY_HAND = { actor: expect.stringMatching(/^cli:\w+/) };

const COMMANDS = [
  ...['webhooks list', 'webhooks replay', 'webhooks dismiss', 'reconcile', 'export', 'recover'],
  ...['keys list', 'keys create', 'keys revoke'],
];

it.each(COMMANDS)(
  '%s tells how it is called on stdout with 0, and on stderr with 2 when it was called wrongly',
  async (command) => {
    const words = command.split(' ');
    const helped = await cli(...words, '--help');
    expect(helped).toMatchObject({ code: 0, err: '' });
    expect(helped.out).toMatch(new RegExp(`^Usage: npm run cli -- ${command}`));
    expect(helped.out).toContain('--json');
    expect(await cli(...words, '--nonsense')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^Unknown option '--nonsense'\.\nUsage:/),
    });
  },
);

it('webhook events are listed, worked again and dismissed', async () => {
  const [first] = await rows('select id from webhook_events order by received_at limit 1');
  const listed = await json('webhooks', 'list', '--provider', 'stripe', '--rows', '1');
  expect(listed).toMatchObject([{ provider: 'stripe', status: expect.any(String) }]);
  expect((await cli('webhooks', 'list', '--status', 'processed,ignored')).out).toContain(first?.id);

  expect(await json('webhooks', 'replay', '--ids', first?.id, '--dry-run')).toEqual({
    matched: 1,
    queued: 0,
    dryRun: true,
  });
  expect(await json('webhooks', 'replay', '--ids', first?.id)).toEqual({
    matched: 1,
    queued: 1,
    dryRun: false,
  });
  expect(await audited('replayWebhookEvents')).toMatchObject([{ ...BY_HAND, target_id: first?.id }]);
  // Nobody forgets to say which.
  expect(await cli('webhooks', 'replay')).toMatchObject({ code: 2 });

  await eventually(async () =>
    expect(
      await rows(`select status from webhook_events where id = $1 and status in ('processed', 'ignored')`, [
        first?.id,
      ]),
    ).toHaveLength(1),
  );
  await rows(`update webhook_events set status = 'dead', last_error = 'gave up' where id = $1`, [first?.id]);
  const dismissed = await cli('webhooks', 'dismiss', '--ids', first?.id, '--reason', 'seen in the dashboard');
  expect(dismissed).toMatchObject({ code: 0, out: '1 of 1 dismissed.\n' });
  expect(await rows('select status, last_error from webhook_events where id = $1', [first?.id])).toEqual([
    { status: 'ignored', last_error: 'Dismissed: seen in the dashboard' },
  ]);
  expect(await audited('dismissWebhookEvents')).toMatchObject([
    { ...BY_HAND, reason: 'seen in the dashboard' },
  ]);
  expect(await cli('webhooks', 'dismiss', '--ids', first?.id, '--reason', 'again')).toMatchObject({
    code: 1,
    out: '0 of 1 dismissed.\n',
  });
  expect(await audited('dismissWebhookEvents')).toHaveLength(1);
});

it('a key is made, believed, listed and revoked', async () => {
  const made = await json('keys', 'create', '--name', 'shop', '--role', 'service');
  const back = new Client(gateway.url, made.key);
  expect((await back.query('{ viewer { role } }')).data).toEqual({ viewer: { role: 'service' } });
  const [listed] = await json('keys', 'list');
  expect(listed).toMatchObject({ id: made.id, name: 'shop', role: 'service', revokedAt: null });
  expect((await cli('keys', 'list')).out).not.toContain(made.key);

  expect(await cli('keys', 'revoke', '--id', made.id)).toMatchObject({
    code: 0,
    out: expect.stringContaining('is revoked'),
  });
  await eventually(async () => {
    const { data } = await back.query('{ viewer { role } }');
    expect(data?.viewer ?? null).toBeNull();
  });
  expect(await cli('keys', 'revoke', '--id', 'key_none')).toMatchObject({
    code: 2,
    err: expect.stringContaining('The key'),
  });
  for (const action of ['createApiKey', 'revokeApiKey'])
    expect(await audited(action)).toMatchObject([BY_HAND]);
  expect(await cli('keys', 'create', '--name', 'x', '--role', 'user')).toMatchObject({ code: 2 });
});

it('a list is written to a file of its owner alone, and never over another', async () => {
  const out = path.join(folder, 'intents.jsonl');
  expect(await json('export', '--list', 'intents', '--out', out, '--format', 'jsonl')).toMatchObject({
    rows: 1,
    file: out,
  });
  expect(JSON.parse(fs.readFileSync(out, 'utf8'))).toMatchObject({ userId: 'user_1', status: 'succeeded' });
  expect(fs.statSync(out).mode & 0o777).toBe(0o600);
  expect(await cli('export', '--list', 'intents', '--out', out)).toMatchObject({
    code: 2,
    err: expect.stringContaining('there already'),
  });
  expect(await cli('export', '--list', 'secrets', '--out', `${out}2`)).toMatchObject({ code: 2 });
  expect(await audited('startExport')).toMatchObject([
    { ...BY_HAND, diff: { name: 'intents', format: 'jsonl' } },
  ]);
});

it('a list that is cut off is no file under its name, and is written whole by the next call', async () => {
  const out = path.join(folder, 'cut-off.csv');
  const owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  await owner.query('begin; lock table intents in access exclusive mode');
  const child = spawn(
    process.execPath,
    ['dist/src/cli/cli.js', 'export', '--list', 'intents', '--out', out],
    {
      cwd: path.resolve(__dirname, '..', '..'),
      env: { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: folder },
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const reading = `select count(*)::int as waiting from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database() and query like '%listed%'`;
  try {
    // A process that starts beside all else that a machine does.
    await eventually(
      async () => {
        // What a server shows of its sessions is kept for the rest of a transaction.
        await owner.query('select pg_stat_clear_snapshot()');
        return (await owner.query(reading)).rows[0].waiting;
      },
      (waiting) => waiting === 1,
      120_000,
    );
  } finally {
    child.kill('SIGKILL');
    await ended;
    await owner.end();
  }
  expect(fs.existsSync(out)).toBe(false);
  expect(await json('export', '--list', 'intents', '--out', out)).toMatchObject({ rows: 1, file: out });
  expect(fs.readdirSync(folder).filter((name) => name.startsWith('cut-off'))).toEqual(['cut-off.csv']);
});

it('reconciliation says what it found by its exit code', async () => {
  const [from, to] = [-1, 1].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
  );
  const range = ['--provider', 'stripe', '--from', String(from), '--to', String(to)];
  expect(await cli('reconcile', ...range)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/agree, 0 differ, 0 are not ours/),
  });
  expect(await audited('startReconciliation')).toMatchObject([BY_HAND]);

  const asOwner = new pg.Client({ connectionString: database.url });
  await asOwner.connect();
  await asOwner.query(
    `update simulator.balance_entries set amount = amount - 1 where provider = 'stripe' and category = 'charge'`,
  );
  await asOwner.end();
  const found = await cli('reconcile', ...range, '--json');
  expect(found.code).toBe(1);
  expect(JSON.parse(found.out)).toMatchObject({ status: 'succeeded', broken: 1 });
  expect(await cli('reconcile', '--provider', 'nobody')).toMatchObject({ code: 2 });
});

it('the doctor looks at the pages and the oldest transaction, and at no disk, where the database is elsewhere', async () => {
  const { findings } = await json('doctor');
  const names = findings.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['pages', 'horizon', 'clock', 'tables']));
  expect(names).not.toContain('storage');
  const isBuilt = fs.existsSync(path.join(__dirname, '../../dist/web/console/index.html'));
  const stateOf = (name: string) => findings.find((one: { name: string }) => one.name === name).state;
  expect([stateOf('pages'), stateOf('tables')]).toEqual([isBuilt ? 'ok' : 'warn', 'ok']);
});

it('the doctor looks at the disk of a database that the gateway brings along', async () => {
  const dataDir = path.join(folder, 'own');
  const first = await startGateway({ DATABASE_URL: '', DATA_DIR: dataDir });
  const { code, out } = await run(['doctor', '--json'], { DATABASE_URL: '', DATA_DIR: dataDir });
  expect(code).toBe(0);
  expect(JSON.parse(out).findings).toContainEqual(
    expect.objectContaining({ name: 'storage', state: 'ok', detail: expect.stringContaining(dataDir) }),
  );
  await first.stop();
});
