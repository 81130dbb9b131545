// The database itself keeps everybody but the ledger's functions from writing the ledger.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { prepareDatabase } from '../../src/db/prepare';
import { useDatabase } from '../support/pools';

const database = useDatabase();

let pool: pg.Pool;
beforeAll(async () => {
  pool = database.pool();
  await pool.query("select lock_wallets(array['ada'], true)");
});

/** Who works with the rights of the tables' owner. */
const BY_RIGHT = [
  ...[
    'add_lots',
    'take_lots',
    'move_lots',
    'split_lots',
    'set_aside',
    'end_lots',
    'revive_lots',
    'watch_wallet',
    'limit_wallet',
    'lock_wallets',
    'make_shared_wallet',
    'move_wallets',
    'post',
  ],
  // At what a wallet is told to be low, at the commit of whatever moved it.
  'tell_low_balance',
  // Passes over numbers that a database gave away before it was restored.
  'begin_recovery',
  // Both empty what a user who is to be forgotten wrote.
  ...['empty_posting_texts', 'erase_texts'],
  // Drops events that explain no money, once they are a month old.
  'drop_events',
  // Drops the functions of releases that nobody runs.
  'drop_unused_code',
];

const REFUSED = { code: '42501' };

describe('Past the functions of the ledger the application', () => {
  it.each([
    `insert into journal (kind, reference, user_id, actor, epoch) values ('grant', 'int_1', 'ada', 'ada', 1)`,
    `update journal set actor = 'ada'`,
    'delete from journal',
    'truncate journal',
    `insert into entries (journal_id, line, account, unit, amount) values (1, 1, 'revenue', 'EUR', 100)`,
    'update entries set amount = 1',
    'delete from entries',
    'truncate entries',
    `insert into lots (user_id, journal_id, granted, remaining, paid_minor, deferred_minor, currency, created_at)
     values ('ada', 1, 100, 100, 0, 0, 'NIL', now())`,
    'update lots set remaining = granted',
    'delete from lots',
    'truncate lots',
    `insert into wallets (user_id, balance) values ('eve', 1000000)`,
    `update wallets set balance = 1000000 where user_id = 'ada'`,
    'delete from wallets',
    'truncate wallets',
    // Who may lock a row may keep everybody else from it.
    `select 1 from wallets where user_id = 'ada' for no key update`,
    'select 1 from lots for update',
    'insert into lot_history (lot_id, at, remaining) values (1, now(), 1)',
    'insert into spend_lots (journal_id, lot_id, credits, minor) values (1, 1, 1, 1)',
  ])('cannot: %s', async (statement) => {
    await expect(pool.query(statement)).rejects.toMatchObject(REFUSED);
  });

  it('cannot make a table that stands before a table of the ledger', async () => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query('create temporary table wallets (like public.wallets including all) on commit drop');
      await client.query(
        `set local search_path = pg_temp, ${(await client.query('show search_path')).rows[0].search_path}`,
      );

      await client.query("select lock_wallets(array['eve'], true)");

      expect((await client.query("select user_id from public.wallets where user_id = 'eve'")).rowCount).toBe(
        1,
      );
      expect((await client.query('select user_id from pg_temp.wallets')).rowCount).toBe(0);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

it('Each function that writes for it works as the owner of the tables, on a search path of its own', async () => {
  const { rows } = await pool.query(`
    select p.proname as name, p.proowner = c.relowner as is_owners, p.proconfig::text as set
    from pg_proc p, pg_class c
    where p.prosecdef and c.oid = 'wallets'::regclass and pg_function_is_visible(p.oid) order by 1`);

  expect(rows.map(({ name }) => name).filter((name) => !BY_RIGHT.includes(name))).toEqual([]);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every(({ is_owners }) => is_owners)).toBe(true);
  expect(rows.every(({ set }) => /search_path=[^}]*public, pg_temp"/.test(set))).toBe(true);
});

describe('The gateway does not start when its role could write past them', () => {
  // Of this database alone: roles belong to the cluster, where other tests run.
  const writers = `writers_${process.pid}`;
  let owner: pg.Client;
  beforeAll(async () => {
    owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(`create role ${writers} nologin; grant ${writers} to credits_gateway_app`);
  });
  afterAll(async () => {
    await owner.query(`drop owned by ${writers}; drop role ${writers}`);
    await owner.end();
  });

  it.each([
    'insert on wallets',
    'insert (journal_id, line, account, unit, amount) on entries',
    'update (balance) on wallets',
    'update on lots',
    'delete on entries',
    'truncate on journal',
    'update on events',
  ])('by %s of a role that it belongs to', async (right) => {
    await owner.query(`grant ${right} to ${writers}`);

    await expect(prepareDatabase({ url: database.url, mode: 'mock', code: CODE })).rejects.toThrow(
      "could write past the ledger's functions",
    );

    await owner.query(`revoke ${right} from ${writers}`);
    await prepareDatabase({ url: database.url, mode: 'mock', code: CODE });
  });
});
