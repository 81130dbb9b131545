// PgBouncer in transaction mode in front of the database, with fewer connections than its clients have: each transaction comes to
// whichever is free, and nothing set on one stays.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { APPLICATION_ROLE, createPool, HeardPool } from '../../src/db/pool';
import { inTransaction } from '../../src/db/transaction';
import type { Client } from '../support/client';
import { onServer, serverUrl, urlOf } from '../support/database';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { type Pooler, startPooler } from '../support/pooler';
import { useDatabase } from '../support/pools';

const ROOT = path.resolve(__dirname, '..', '..');
// Fewer than two gateways ask for at a time, so that they share each of them.
const CONNECTIONS = 3;

const database = useDatabase();
const pools: pg.Pool[] = [];
let pooler: Pooler;

beforeAll(async () => {
  pooler = await startPooler(serverUrl(), CONNECTIONS);
});
afterAll(async () => {
  await stopGateways();
  await Promise.all(pools.map((pool) => pool.end()));
  await pooler.stop();
});

const shared = (connectionsMax = 10) => {
  const pool = createPool(
    pooler.urlOf(database.url),
    CODE.schema,
    connectionsMax,
    () => undefined,
    'transaction',
  );
  pools.push(pool);
  return pool;
};

const SEEN = `select current_user as role, regexp_replace(current_setting('search_path'), '[" ]', '', 'g') as path, current_setting('jit') as jit,
  current_setting('timezone') as timezone, current_setting('statement_timeout') as "statement",
  current_setting('lock_timeout') as "lock", current_setting('idle_in_transaction_session_timeout') as idle`;
const OURS = {
  role: APPLICATION_ROLE,
  path: `${CODE.schema},public,pg_temp`,
  ...{ jit: 'off', timezone: 'UTC', statement: '10s', lock: '2s', idle: '5s' },
};

describe('A connection that is shared by transaction', () => {
  it('works under the role, path and limits in whatever way a statement is sent', async () => {
    const pool = shared();
    expect((await pool.query(SEEN)).rows).toEqual([OURS]);
    expect((await pool.query(`${SEEN}, $1::int as n`, [7])).rows).toEqual([{ ...OURS, n: 7 }]);
    const named = { name: 'seen', text: `${SEEN}, $1::bigint as n`, values: ['9007199254740993'] };
    for (let time = 0; time < 3; time++)
      expect((await pool.query(named)).rows).toEqual([{ ...OURS, n: 9007199254740993n }]);
    const result = await pool.query('update gateway set mode = mode');
    expect([result.command, result.rowCount, result.rows]).toEqual(['UPDATE', 1, []]);
    const seen = await inTransaction(pool, async (client) => [
      (await client.query(SEEN)).rows[0],
      (await client.query(`${SEEN}, $1::int as n`, [1])).rows[0],
      (await client.query('set local statement_timeout = 0')).command,
      (await client.query(`select current_setting('statement_timeout') as kept`)).rows[0],
    ]);
    expect(seen).toEqual([OURS, { ...OURS, n: 1 }, 'SET', { kept: '0' }]);
    expect((await pool.query(SEEN)).rows).toEqual([OURS]);
  });

  it('keeps what a transaction was opened with', async () => {
    const client = await shared(1).connect();
    const [first] = (await client.query(
      'begin isolation level repeatable read read only; select 1',
    )) as unknown as object[];
    expect(first).toMatchObject({ command: 'BEGIN' });
    const { rows } = await client.query(
      `select current_user as role, current_setting('transaction_isolation') as level,
         current_setting('transaction_read_only') as closed, pg_export_snapshot() as snapshot`,
    );
    expect(rows).toMatchObject([{ role: APPLICATION_ROLE, level: 'repeatable read', closed: 'on' }]);
    const beside = await shared(1).connect();
    await beside.query(
      `begin isolation level repeatable read; set transaction snapshot '${rows[0].snapshot}'`,
    );
    expect((await beside.query('select current_user as role')).rows).toEqual([{ role: APPLICATION_ROLE }]);
    for (const one of [client, beside]) {
      await one.query('rollback');
      one.release();
    }
  });

  it('says what is wrong as without it, and goes on', async () => {
    const pool = shared(1);
    await expect(pool.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
    await expect(pool.query('select 1/$1::int', [0])).rejects.toMatchObject({ code: '22012' });
    await expect(pool.query('selct 1')).rejects.toMatchObject({ code: '42601' });
    // The ledger, as the owner could.
    await expect(pool.query('delete from entries')).rejects.toMatchObject({ code: '42501' });
    await expect(pool.query('delete from entries where amount = $1', [1])).rejects.toMatchObject({
      code: '42501',
    });
    await expect(
      inTransaction(pool, async (client) => {
        await client.query('select 1/0').catch(() => undefined);
        await client.query('select 1');
      }),
    ).rejects.toMatchObject({ code: '25P02' });
    expect((await pool.query(SEEN)).rows).toEqual([OURS]);
  });

  it('leaves nothing behind for whoever has it next, and takes nothing over', async () => {
    const pool = shared();
    const owner = new HeardPool({ connectionString: pooler.urlOf(database.url), max: 10 });
    // It is cut off with the pooler.
    owner.on('error', () => undefined);
    pools.push(owner);
    const asked = await Promise.all(
      Array.from({ length: 200 }, async (_, nth) => {
        const ours = nth % 2 === 0;
        const { rows } = await (ours ? pool : owner).query(
          `select current_user as role, pg_backend_pid() as pid, $1::int as n, pg_sleep(0.001)`,
          [nth],
        );
        expect(rows[0]).toMatchObject({ role: ours ? APPLICATION_ROLE : 'postgres', n: nth });
        return rows[0].pid;
      }),
    );
    expect(new Set(asked).size).toBeLessThanOrEqual(CONNECTIONS);
  });
});

describe('A pooler that drops what a connection is opened with', () => {
  it('is refused by each connection, in words', async () => {
    const careless = await startPooler(serverUrl(), CONNECTIONS, ['ignore_startup_parameters = options']);
    const pool = createPool(careless.urlOf(database.url), CODE.schema, 2, () => undefined);
    await expect(pool.query('select 1')).rejects.toThrow(
      /works as postgres and not under the role credits_gateway_app.*DATABASE_POOLING=transaction and DATABASE_DIRECT_URL/s,
    );
    await pool.end();

    const gateway = await begin({
      DATABASE_URL: careless.urlOf(database.url),
      DATABASE_DIRECT_URL: database.url,
    });
    expect(gateway.log.join('\n')).toContain('"pooling":"transaction"');
    await gateway.stop();
    await careless.stop();
  });
});

describe('A start', () => {
  it('asks for the server itself, and refuses another one', async () => {
    expect(refusal({ DATABASE_URL: pooler.urlOf(database.url) })).toMatch(
      /DATABASE_DIRECT_URL: DATABASE_URL leads through a pooler that shares connections by transaction/,
    );
    await onServer('create database test_another');
    try {
      const elsewhere = { DATABASE_DIRECT_URL: urlOf('test_another') };
      expect(refusal({ DATABASE_URL: pooler.urlOf(database.url), ...elsewhere })).toMatch(
        /DATABASE_DIRECT_URL: leads to another database than DATABASE_URL/,
      );
    } finally {
      await onServer('drop database test_another with (force)');
    }
  });
});

const begin = (env: Record<string, string>) => startGateway(env);

/** What a start says that ends. */
function refusal(env: Record<string, string>): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/src/main.js'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(status).toBe(1);
  return stdout + stderr;
}

describe('A gateway behind it', () => {
  let gateways: GatewayProcess[];
  let buyers = 0;

  beforeAll(async () => {
    // Who writes is asked where it is written: the application, or the owner of the tables.
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(`create table witnesses (role text); grant insert on witnesses to public;
      create function witness() returns trigger language plpgsql as
        $$ begin insert into public.witnesses values (current_user); return null; end $$;`);
    for (const table of ['intents', 'webhook_events', 'jobs', 'holds', 'refunds'])
      await owner.query(
        `create trigger witness after insert or update on ${table} execute function witness()`,
      );
    await owner.end();
    const env = { DATABASE_URL: pooler.urlOf(database.url), DATABASE_DIRECT_URL: database.url };
    gateways = await Promise.all([begin(env), begin(env)]);
  });

  const at = (nth: number) => gateways[nth % gateways.length] as GatewayProcess;

  async function buy(provider: string): Promise<{ client: Client; service: Client; id: string }> {
    const user = `pooled_${++buyers}`;
    const client = await at(buyers).as(user);
    const there = await at(buyers + 1).as(user);
    const made = await client.mutate(
      'createIntent',
      { packageId: 'small', provider, idempotencyKey: 'k' },
      'intent { id }',
    );
    expect(made.errors).toEqual([]);
    const { id } = made.intent;
    const live = there.subscribe(
      'subscription ($id: ID!) { intentStatusChanged(id: $id) { sequence status } }',
      { id },
    );
    await live.count(1);
    await client.mutate('simulatePayment', { id, outcome: 'decline' }, 'intent { status }');
    await client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
    await live.until(({ isComplete }) => isComplete);
    expect(live.events.at(-1)).toMatchObject({ status: 'succeeded' });
    return { client, id, service: await at(buyers).as('backend', 'service') };
  }

  it.each(['stripe', 'razorpay'])(
    'sells through %s, spends, holds, refunds and shows it live',
    async (provider) => {
      const { client, service, id } = await buy(provider);
      const user = `pooled_${buyers}`;
      const spent = await client.mutate(
        'spendCredits',
        { credits: 5, reason: 'A song', idempotencyKey: 's' },
        'balance { credits }',
      );
      expect(spent).toEqual({ balance: { credits: 45 }, errors: [] });
      const held = await service.mutate(
        'holdCredits',
        { userId: user, credits: 20, reason: 'A film', idempotencyKey: 'h' },
        'hold { id }',
      );
      expect(held.errors).toEqual([]);
      const settled = await service.mutate(
        'settleHold',
        { id: held.hold.id, credits: 10, idempotencyKey: 'h2' },
        'balance { credits held }',
      );
      expect(settled).toEqual({ balance: { credits: 35, held: 0 }, errors: [] });
      const finance = await at(buyers).as('fin', 'finance');
      const refunded = await finance.mutate(
        'refundIntent',
        { intentId: id, amountCents: 1_000, reason: 'Asked by phone.', idempotencyKey: 'r' },
        'refund { status }',
      );
      expect(refunded.errors).toEqual([]);
      await eventually(async () => {
        const { data } = await client.query('{ balance { credits } }');
        expect(data.balance.credits).toBe(25);
      });
    },
  );

  it('sells to forty at once over three connections', async () => {
    const sold = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const { client } = await buy('stripe');
        return (await client.query('{ balance { credits } }')).data.balance.credits;
      }),
    );
    expect(sold).toEqual(sold.map(() => 50));
  });

  it('reconciles, exports, checks the ledger and moves the clock', async () => {
    const finance = await at(0).as('fin', 'finance');
    const until = (query: string, id: string, pick: (data: any) => any) =>
      eventually(
        async () => pick((await finance.query(query, { id })).data),
        (job) => job.status !== 'queued' && job.status !== 'running',
      );
    const to = Date.now() + 1_000;
    const range = { gte: new Date(to - 3_600_000).toISOString(), lt: new Date(to).toISOString() };
    const { run, errors } = await finance.mutate(
      'startReconciliation',
      { provider: 'stripe', range },
      'run { id }',
    );
    expect(errors).toEqual([]);
    const reconciled = await until(
      'query ($id: ID!) { admin { reconciliationRun(id: $id) { status breakCount(status: open) } } }',
      run.id,
      (data) => data.admin.reconciliationRun,
    );
    expect(reconciled).toEqual({ status: 'succeeded', breakCount: 0 });

    const started = await finance.mutate('startExport', { select: { intents: {} } }, 'export { id }');
    expect(started.errors).toEqual([]);
    const exported = await until(
      'query ($id: ID!) { node(id: $id) { ... on ExportJob { status rows } } }',
      started.export.id,
      (data) => data.node,
    );
    expect(exported).toEqual({ status: 'succeeded', rows: 42 });

    const { data } = await finance.query('mutation { startLedgerCheck { job { id } } }');
    const checked = await until(
      'query ($id: ID!) { node(id: $id) { ... on LedgerCheck { status ok problems } } }',
      data.startLedgerCheck.job.id,
      ({ node }) => node,
    );
    expect(checked).toEqual({ status: 'succeeded', ok: true, problems: [] });

    const admin = await at(1).as('root', 'admin');
    const moved = await admin.mutate('advanceClock', { bySeconds: 3_600 }, 'clock { offsetMs }');
    expect(moved.errors).toEqual([]);
  });

  it('goes on when the pooler was started again', async () => {
    await pooler.restart();
    await eventually(async () => {
      const { client } = await buy('stripe');
      expect((await client.query('{ balance { credits } }')).data.balance.credits).toBe(50);
    });
  });

  it('never worked as the owner of the tables', async () => {
    const owner = new pg.Client({ connectionString: pooler.urlOf(database.url) });
    await owner.connect();
    const { rows } = await owner.query('select role, count(*)::int as times from witnesses group by 1');
    // A statement that was given a name stays on the connection of whoever has it next.
    const named = await owner.query('select name from pg_prepared_statements');
    await owner.end();
    expect(named.rows).toEqual([]);
    expect(rows.map(({ role }) => role)).toEqual([APPLICATION_ROLE]);
    expect(rows[0].times).toBeGreaterThan(100);
  });
});
