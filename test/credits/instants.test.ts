// An instant that we show is an instant that we keep: asked with it, the gateway answers with what it was shown beside.

import { CODE } from '../../src/app/database';
import { adjustCredits } from '../../src/credits/adjust';
import { balanceAt } from '../../src/credits/balance-at';
import { accountsAsOf } from '../../src/credits/statement';
import { finance, useRefundStand } from '../refunds/stand';
import { eventually } from '../support/eventually';
import { relayAll } from '../support/relay-all';
import { sealAll } from '../support/seal-all';

const stand = useRefundStand();

/** Every kind of posting that touches a wallet, and what is around it. */
async function live(userId: string): Promise<void> {
  const { deps } = stand.app;
  const paid = await stand.bought({ userId });
  for (let nth = 0; nth < 8; nth++) await stand.spend(userId, 1 + nth);
  await stand.hold(userId, 2);
  await paid.refund(1000);
  await paid.look();
  const more = await stand.bought({ userId, provider: 'razorpay' });
  await Promise.all([3, 4, 5, 6].map((credits) => stand.spend(userId, credits)));
  await more.refund(2500);
  await more.look();
  const gift = { userId, credits: 9n, reason: 'a gift', idempotencyKey: 'gift' };
  // Soon, but not before a busy machine has given it.
  const expiresAt = new Date(Date.now() + 500);
  await adjustCredits(deps, finance, { ...gift, expiresAt });
  await adjustCredits(deps, finance, { ...gift, credits: -3n, idempotencyKey: 'taken' });
  await eventually(() => expect(Date.now()).toBeGreaterThan(expiresAt.getTime() + 10));
  await stand.spend(userId, 1);
}

const since = new Date();
beforeAll(async () => {
  for (const userId of ['ann', 'ben', 'cat']) await live(userId);
});

test('the balance at the instant of a transaction contains that transaction, and its lots', async () => {
  const lines = await stand.rows(
    `select e.user_id, j.posted_at, e.balance_after, e.sequence, j.kind from entries e join journal j on j.id = e.journal_id
     where e.account = 'wallet' order by e.user_id, e.sequence`,
  );
  const seen = [];
  for (const { user_id: userId, posted_at: at } of lines) {
    const past = await balanceAt(stand.app.deps, { userId, at: new Date(at.toISOString()) });
    // Of what was posted in the same millisecond the last.
    const last = lines.findLast(
      (line) => line.user_id === userId && line.posted_at.getTime() <= at.getTime(),
    );
    seen.push({
      balance: past.balance === BigInt(last?.balance_after),
      lots: past.lots.reduce((sum, lot) => sum + BigInt(lot.remaining), 0n) === past.balance,
    });
  }

  expect(lines.length).toBeGreaterThan(50);
  expect(new Set(lines.map(({ kind }) => kind)).size).toBeGreaterThan(4);
  expect(seen.filter(({ balance }) => !balance)).toEqual([]);
  expect(seen.filter(({ lots }) => !lots)).toEqual([]);
});

test('the accounts at their own instant hold the last posting', async () => {
  const { pool } = stand.app.deps;
  for (let round = 0; round < 10; round++) {
    const gift = { userId: 'ann', credits: 1n, reason: 'a gift', idempotencyKey: `round ${round}` };
    await adjustCredits(stand.app.deps, finance, gift);
    await sealAll(pool);
    const now = await accountsAsOf({ pool });
    const shown = now[0]?.asOf.toISOString() ?? '';

    expect(await accountsAsOf({ pool }, new Date(shown))).toEqual(now);
  }
});

test('every instant that is kept has milliseconds, and so has every default', async () => {
  await sealAll(stand.app.deps.pool);
  await relayAll(stand.app.deps.pool);
  const columns = await stand.rows(
    `select c.relname as in_table, a.attname as name, pg_get_expr(d.adbin, d.adrelid) as value
     from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.atttypid = 'timestamptz'::regtype and not a.attisdropped`,
  );
  const finer = [];
  for (const { in_table, name } of columns) {
    // Rows that migrations made are from before.
    const [row] = await stand.rows(
      `select count(*)::int as n from ${in_table} where ${name} >= $1 and ${name} <> date_trunc('milliseconds', ${name})`,
      [since],
    );
    if (row?.n > 0) finer.push(`${in_table}.${name}`);
  }

  expect(columns.length).toBeGreaterThan(40);
  // A day that was never tried is due since ever.
  const defaults = [null, 'instant()', "'-infinity'::timestamp with time zone"];
  expect(columns.filter(({ value }) => !defaults.includes(value))).toEqual([]);
  expect(finer).toEqual([]);
});

test('nothing that is written asks the clock itself', async () => {
  const rows = await stand.rows(
    `select p.proname from pg_proc p where p.pronamespace::regnamespace::text in ('public', '${CODE.schema}') and p.prokind = 'f'
       and p.proname not in ('instant', 'take_instant')
       -- The pace of calls is counted in parts of a millisecond, and shown to nobody.
       and p.proname not in ('hold_calls', 'lease_calls')
       -- To compare with it is to write nothing.
       and regexp_replace(p.prosrc, '[<>]=? (\\(select )?clock_timestamp\\(\\)', '', 'g') ~ 'clock_timestamp\\(\\)'`,
  );

  expect(rows).toEqual([]);
});
