// The look at what is due, and the sweeps behind it, over tables that have grown: each of 100,000 rows, of which none or one is
// due. As PostgreSQL works them: by an index, and without a row that is looked at and thrown away.
import pg from 'pg';
import { createDeps } from '../../src/app/deps';
import { loopsOf } from '../../src/app/loops';
import { openStore, type Store } from '../../src/app/store';
import { createHub } from '../../src/events/hub';
import type { Loop } from '../../src/jobs/loop';
import { turnIsDue } from '../../src/jobs/turns';
import { readConfig } from '../../src/providers/read-config';
import { freshDatabase, ownerOf } from '../support/database';
import { silent } from '../support/intents';
import { plansOf } from '../support/plans';

const ROWS = 100_000;
// What comes round less often than this costs nothing where nothing is due.
const OFTEN_MS = 5_000;

let drop: () => Promise<void>;
let store: Store;
let owner: pg.Client;
let loops: readonly Loop[];

/** Half is over and done with, half is for later. */
const GROWN = `
  insert into intents (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, amount_minor, currency,
    provider, mode, created_by, request, created_at, updated_at, completed_at, status, expires_at, lease_until)
  select 'int_' || n, 'u' || n, 'k' || n, 'h', 'small', 'Small', 50, 5000, 'INR', 'stripe', 'mock', 'u' || n, '{}', now(), now(),
    case when n % 2 = 0 then now() end, case when n % 2 = 0 then 'canceled' else 'pending' end, now() + (n % 2) * interval '1 day' - interval '1 hour',
    case when n % 2 = 1 then now() + interval '1 hour' end from rows;
  insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by, lease_until)
  select 'ref_' || n, 'int_' || n, 'stripe', 'ch_' || n, 1, 'INR', case when n % 2 = 0 then 'succeeded' else 'pending' end,
    'fin_1', case when n % 2 = 1 then now() + interval '1 hour' end from rows;
  insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, seen_at, booked_as,
    amount_refunded_minor, amount_written_off_minor)
  select 'ch_' || n, 'stripe', 'int_' || n, 'captured', 5000, 'INR', now(), case when n % 2 = 0 then 'bought' else 'unapplied' end,
    case when n % 4 = 1 then 5000 else 0 end, case when n % 4 = 3 then 5000 else 0 end from rows;
  insert into approvals (id, action, summary, input, requested_by, status, expires_at, decided_by, decided_at)
  select 'apr_' || n, 'refund', 's', '{}', 'fin_1', case when n % 2 = 0 then 'done' else 'open' end,
    now() + (n % 2) * interval '1 day' - interval '1 hour', case when n % 2 = 0 then 'fin_2' end,
    case when n % 2 = 0 then now() - interval '1 hour' end from rows;
  insert into webhook_events (id, provider, provider_event_id, type, subject, body_sha256, lease_until)
  select 'whe_' || n, 'stripe', 'evt_' || n, 't', 's', n::text, case when n % 2 = 1 then now() + interval '1 hour' end from rows;
  insert into holds (id, user_id, credits, held, reason, created_by, created_by_role, created_at, expires_at, status, ended_at)
  select 'hold_' || n, 'u' || n, 1, n % 2, 'r', 'u' || n, 'user', now() - interval '2 hours',
    now() + (2 * (n % 2) - 1) * interval '1 hour', case when n % 2 = 0 then 'released' else 'open' end,
    case when n % 2 = 0 then now() end from rows;
  insert into lots (user_id, journal_id, granted, remaining, paid_minor, deferred_minor, currency, created_at, expires_at, used_up)
  select 'u' || n, n, 50, n % 2, 0, 0, 'INR', now(), now() + (2 * (n % 2) - 1) * interval '1 hour', n % 2 = 0 from rows;
  insert into journal (kind, reference, user_id, actor, epoch)
  select 'spend', 'r' || n, 'u' || n, 'u' || n, (select epoch from gateway) from rows;
  insert into events (subject, sequence, version, kind, actor, epoch)
  select 'int_' || n, 1, 1, 'created', 'u' || n, (select epoch from gateway) from rows;
  insert into jobs (id, kind, input, requested_by, status, finished_at)
  select 'job_' || n, 'export', '{}', 'fin_1', 'succeeded', now() from rows;
  insert into webhook_endpoints (id, url, events, enabled) values ('end_1', 'http://127.0.0.1:9', '["*"]', true);
  insert into deliveries (id, endpoint_id, event_id, type, sequence, body, status, due_at)
  select 'dlv_' || n, 'end_1', 'evt_' || n, 't', 1, '{}', case when n % 2 = 0 then 'delivered' else 'failed' end,
    case when n % 2 = 1 then now() + interval '1 hour' end from rows;
  insert into simulator.events (id, root_id, provider, body, state, due_at)
  select 'evt_' || n, 'pi_1', 'stripe', '{}', case when n % 2 = 0 then 'delivered' else 'due' end,
    now() + (n % 2) * interval '1 day' - interval '1 hour' from rows;
  insert into simulator.steps (id, root_id, due_ms, stage)
  select 'step_' || n, 'pi_1', simulator.now_ms() + 3600000, '{}' from rows`;

const TABLES =
  'intents refunds intent_payments approvals webhook_events holds lots journal events jobs deliveries simulator.events simulator.steps';

beforeAll(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  owner = new pg.Client(ownerOf(fresh.url));
  await owner.connect();
  // Rows that nothing refers to, and nothing tells of.
  await owner.query('set session_replication_role = replica');
  await owner.query(`create temp view rows as select generate_series(1, ${ROWS}) as n`);
  for (const statement of GROWN.split(';\n')) await owner.query(statement);
  await owner.query(`update positions set epoch = g.epoch, xid = horizon(), id = 0 from gateway g`);
  await owner.query('set session_replication_role = origin');
  for (const table of TABLES.split(' ')) await owner.query(`vacuum analyze ${table}`);
  const config = readConfig({ DATABASE_URL: fresh.url, PORT: '0', PAYMENTS_MOCK_MODE: 'true' });
  store = await openStore({ ...config, unappliedRefund: 'auto' }, silent);
  const signal = new AbortController().signal;
  const parts = {
    config,
    log: silent,
    store,
    hub: createHub(),
    redis: null,
    simulator: null,
    wires: {},
    signal,
  };
  loops = loopsOf(createDeps({ ...parts, config: { ...config, unappliedRefund: 'auto' } }), store.self);
}, 180_000);
afterAll(async () => {
  await owner.end();
  await Promise.all([store.pool.end(), store.dataSource.destroy()]);
  await drop();
});

const GROWN_ONES = TABLES.split(' ')
  .map((table) => table.replace('simulator.', ''))
  .join('|');

function expectByIndex(told: string): void {
  // Which transactions run is no table of ours, and as long as what else the server does.
  const plans = told
    .split(/(?=^duration: )/m)
    .filter((plan) => !plan.includes('pg_stat_activity'))
    .join('')
    .replace(/^.*never executed.*$/gm, '');
  expect(plans).not.toMatch(new RegExp(`Seq Scan on (${GROWN_ONES})\\b`));
  expect(plans).not.toMatch(/Rows Removed by (Filter|Join Filter): [1-9]/);
  // Nor is an index walked through for what is not due.
  expect(plans).not.toMatch(/Index (Only )?Scan[^\n]*rows=\d{3,} loops/);
}

const dueOf = (loop: Loop) => (loop.runs === 'once for all' ? turnIsDue(loop) : loop.due);

it('Every loop that comes round often waits for the look at what is due, but the poll, which asks while somebody watches', () => {
  const others = loops.filter((loop) => loop.everyMs < OFTEN_MS && dueOf(loop) === undefined);

  expect(others.map(({ name }) => name)).toEqual(['poll']);
});

it('What is due for each loop is asked by an index, and says that nothing is', async () => {
  for (const loop of loops) {
    const due = dueOf(loop);
    if (due === undefined || loop.runs === 'once for all') continue;
    const { rows } = await owner.query(`select case when ${due} then 'due' else 'not due' end as answer`);
    expect([loop.name, rows[0].answer]).toEqual([loop.name, 'not due']);
    expectByIndex(await plansOf(owner, `select case when ${due} then 1 end`));
  }
});

it.each([
  ['intents', 'select * from find_expired(16)'],
  ['leases of intents', "select * from take_leases('token', 60, 16)"],
  ['refunds', "select * from take_refunds('token', 60, 16)"],
  ['payments that bought nothing', "select * from take_unapplied('token', 60, 16)"],
  ['webhook events', 'select * from take_webhook_events(30, 256)'],
  ['deliveries', "select * from take_deliveries('{}', '{}', 200, 16, 2, 30)"],
  [
    'payments that bought nothing, but for one,',
    "update intent_payments set amount_refunded_minor = 0 where provider_payment_id = 'ch_1'; select * from take_unapplied('token', 60, 16)",
  ],
  ['postings that are not sealed', 'select seal_postings(1000)'],
  ['events that nobody wants', 'select pass_over_events()'],
  ['events of the simulator', 'select * from simulator.claim_events(32, 15000)'],
  ['steps of the simulator', 'select * from simulator.due_steps(64)'],
])('Of %s that are not due none is looked at', async (_, call) => {
  expectByIndex(await plansOf(owner, `begin; ${call}; rollback`));
});

it.each([
  ['recover-intents', `update intents set lease_until = now() - interval '1 minute' where id = 'int_1'`],
  ['recover-intents', `update intents set expires_at = now() - interval '1 minute' where id = 'int_1'`],
  ['recover-refunds', `update refunds set lease_until = now() - interval '1 minute' where id = 'ref_1'`],
  [
    'return-unapplied',
    `update refunds set lease_until = now() - interval '1 minute', requested_by = 'policy' where id = 'ref_1'`,
  ],
  [
    'return-unapplied',
    `update intent_payments set amount_refunded_minor = 0, provider_payment_id = 'ch_new' where provider_payment_id = 'ch_1'`,
  ],
  ['recover-approvals', `update approvals set expires_at = now() - interval '1 minute' where id = 'apr_1'`],
  [
    'recover-approvals',
    `update approvals set status = 'approved', decided_by = 'fin_2', decided_at = now() - interval '1 hour' where id = 'apr_1'`,
  ],
  [
    'work-webhook-events',
    `update webhook_events set lease_until = now() - interval '1 minute' where id = 'whe_1'`,
  ],
  ['work-due-credits', `update holds set expires_at = now() - interval '1 minute' where id = 'hold_1'`],
  ['work-due-credits', `update lots set expires_at = now() - interval '1 minute' where user_id = 'u1'`],
  ['send-deliveries', `update deliveries set due_at = now() - interval '1 minute' where id = 'dlv_1'`],
  ['run-jobs', `update jobs set status = 'queued', finished_at = null where id = 'job_1'`],
  [
    'relay-again',
    `insert into quarantine (loop, row_id, error, retry_at) values ('relay-events', '1', 'e', now() - interval '1 minute')`,
  ],
  ['relay-events', `update positions set id = 0, xid = '0' where name = 'deliveries'`],
  ['seal-postings', `update positions set id = 0, xid = '0' where name = 'seals'`],
])('%s: one row that comes due is seen', async (name, change) => {
  const due = loops.find((loop) => loop.name === name)?.due;
  await owner.query('begin; set local session_replication_role = replica');
  await owner.query(change);
  const { rows } = await owner.query(`select case when ${due} then 'due' end as answer`);
  await owner.query('rollback');

  expect(rows).toEqual([{ answer: 'due' }]);
});
