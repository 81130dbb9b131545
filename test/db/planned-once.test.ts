// A function in SQL either becomes part of the statement that calls it, or PostgreSQL plans its text anew in each statement: that took
// a fifth of the processor time of a purchase. Those that are called by themselves are counted by PostgreSQL, the others are not.
import pg from 'pg';
import { createReadWallet } from '../../src/credits/balance';
import { createReadHold } from '../../src/credits/holds';
import { createReadIntent } from '../../src/intents/find';
import { createIntentOfObject } from '../../src/webhooks/intent-of';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

// It has settings of its own, and reads a posting's lines: it is planned once for a set of postings, and runs for each.
const BY_ITSELF = ['sealed_text_2'];
// Once a start, and once a round of a loop.
const IN_THE_BACKGROUND = /^(compile_rules$|take_)/;
// The default rules notice who buys so often: a verdict then takes the lines of the rules.
const PURCHASES = 12;

const database = useDatabase();
let owner: pg.Client;

beforeAll(async () => {
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(
    `do $$ begin execute format('alter database %I set track_functions = ''all''', current_database()); end $$`,
  );
});
afterAll(async () => {
  await stopGateways();
  await owner.end();
});

it('a purchase, a spend and a hold plan no function in SQL anew', async () => {
  const gateway = await startGateway({ DATABASE_URL: database.url });
  const buyer = await gateway.as('frequent_buyer');
  for (let nth = 1; nth <= PURCHASES; nth++) {
    const { intent } = await buyer.mutate(
      'createIntent',
      { packageId: 'small', provider: 'stripe', idempotencyKey: `k${nth}`, fingerprintId: 'phone' },
      'intent { id }',
    );
    const paid = await buyer.mutate('simulatePayment', { id: intent.id }, 'intent { status }');
    expect(paid.intent.status).toBe('succeeded');
  }
  await buyer.mutate(
    'spendCredits',
    { credits: 1, idempotencyKey: 's', reason: 'test' },
    'balance { credits }',
  );
  const { hold } = await buyer.mutate(
    'holdCredits',
    { credits: 1, idempotencyKey: 'h', reason: 'test' },
    'hold { id }',
  );
  await buyer.mutate('settleHold', { id: hold.id, credits: 1, idempotencyKey: 't' }, 'hold { status }');

  const calledOf = async (language: string) => {
    const { rows } = await owner.query(
      `select f.funcname as name from pg_stat_user_functions f join pg_proc p on p.oid = f.funcid
       join pg_language l on l.oid = p.prolang where l.lanname = $1 order by 1`,
      [language],
    );
    return rows.map(({ name }) => name as string);
  };
  await eventually(
    () => calledOf('plpgsql'),
    (names) =>
      ['decide_risks', 'settle_payments', 'next_seal', 'settle_holds'].every((name) => names.includes(name)),
  );
  const fired = await owner.query(`select from risk_decisions where stage = 'claim' and fired <> '{}'`);
  expect(fired.rowCount).toBeGreaterThan(0);
  expect((await calledOf('sql')).filter((name) => !IN_THE_BACKGROUND.test(name))).toEqual(BY_ITSELF);
});

it('a read by few ids stays planned, however often it is asked for', async () => {
  const pool = database.pool();
  const noWorkDue = async () => undefined;
  const readIntent = createReadIntent(pool);
  const intentOfObject = createIntentOfObject(pool);
  const readWallet = createReadWallet(pool, noWorkDue);
  const readHold = createReadHold(pool, noWorkDue);
  // The first five times PostgreSQL plans for the values in any case.
  for (let times = 1; times <= 8; times++) {
    await readIntent('int_1');
    await intentOfObject({ provider: 'stripe', providerIntentId: 'pi_1' });
    await readWallet('user_1');
    await readHold('hld_1');
  }

  const { rows } = await pool.query(
    `select name, generic_plans::integer as times from pg_prepared_statements where name = any($1) order by name`,
    [['intents_by_id', 'intents_of_objects', 'wallets_by_user', 'holds_by_id']],
  );
  expect(rows).toEqual(
    ['holds_by_id', 'intents_by_id', 'intents_of_objects', 'wallets_by_user'].map((name) => ({
      name,
      times: 3,
    })),
  );
});
