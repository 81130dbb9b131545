// Which providers there are, as the database knows it: one row each, and no other list anywhere.
import { CHART } from '../../src/credits/chart';
import { PROVIDER_NAMES } from '../../src/providers/descriptors';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const rows = async (text: string, values: unknown[] = []) => (await database.pool().query(text, values)).rows;

test('each provider that the code knows has its row', async () => {
  const known = await rows('select name from providers order by name');
  expect(known.map(({ name }) => name)).toEqual([...PROVIDER_NAMES].sort());
});

test('whoever says first which provider it was is held to that list, whole, and no table has a list of its own', async () => {
  const held = await rows(`
    select c.relname, k.convalidated from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and k.confrelid = 'providers'::regclass order by 1`);
  // A payment, a refund and a break say it after their intent or their run, whose row stands before them.
  const first = ['disputes', 'due_days', 'intents', 'listed_disputes', 'provider_troubles', 'webhook_events'];
  expect(held.map(({ relname }) => relname)).toEqual(expect.arrayContaining(first));
  expect(held.every(({ convalidated }) => convalidated)).toBe(true);
  const lists = await rows(`select conname from pg_constraint
    where contype = 'c' and connamespace = 'public'::regnamespace and pg_get_constraintdef(oid) ~ 'stripe|razorpay'`);
  expect(lists).toEqual([]);
});

test('a day is due for a provider of the table, and other work for none', async () => {
  const due = (work: string, provider: string) =>
    rows(`insert into due_days (work, provider, day) values ($1, $2, '2020-01-01')`, [work, provider]);

  await expect(due('reconciliation', 'nobody')).rejects.toMatchObject({ code: '23503' });
  await expect(due('reconciliation', '')).rejects.toMatchObject({ code: '23514' });
  await expect(due('ledger_check', PROVIDER_NAMES[0]!)).rejects.toMatchObject({ code: '23514' });
  for (const name of PROVIDER_NAMES) await due('reconciliation', name);
  await due('ledger_check', '');
});

test('what no provider of ours is called cannot be booked on, and the application cannot add one', async () => {
  const trouble = (name: string) =>
    rows(
      `insert into provider_troubles (provider, operation, kind, message) values ($1, 'o', 'unknown', '')`,
      [name],
    );
  await expect(trouble('nobody')).rejects.toMatchObject({ code: '23503' });
  await expect(rows(`insert into providers (name) values ('nobody')`)).rejects.toMatchObject({
    code: '42501',
  });
});

test('every account of the chart may be posted to, and none that is in no chart', async () => {
  const [check] = await rows(
    `select pg_get_constraintdef(oid) as text, convalidated from pg_constraint where conname = 'entries_account_check'`,
  );
  expect(check.convalidated).toBe(true);
  const allows = async (account: string) => {
    const condition = /^CHECK \((.*)\)$/s.exec(check.text)?.[1];
    return (await rows(`select ${condition} as ok from (select $1::text as account) e`, [account]))[0].ok;
  };
  for (const { code } of CHART) expect([code, await allows(code)]).toEqual([code, true]);
  expect(await allows('clearing')).toBe(false);
  expect(await allows('petty_cash')).toBe(false);
});

test('the index on rare accounts leaves out the clearing account of any provider, and serves who names another', async () => {
  const [index] = await rows(
    `select pg_get_expr(indpred, indrelid) as predicate from pg_index where indexrelid = 'entries_by_rare_account'::regclass`,
  );
  const holds = async (account: string) =>
    (
      await rows(`select ${index.predicate} as ok from (select $1::text collate "C" as account) e`, [account])
    )[0].ok;
  for (const name of [...PROVIDER_NAMES, 'aaa', 'zzz_2']) expect(await holds(`clearing_${name}`)).toBe(false);
  for (const account of ['bank', 'chargebacks', 'fees', 'unapplied']) expect(await holds(account)).toBe(true);

  const client = await database.pool().connect();
  try {
    await client.query('set enable_seqscan = off');
    const { rows: plan } = await client.query(
      `explain select 1 from journal j where exists (select 1 from entries line where line.journal_id = j.id and line.account = 'fees')`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('entries_by_rare_account');
  } finally {
    client.release(true);
  }
});
