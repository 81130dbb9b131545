// What credits earn, however small the parts are in which they go.
import fs from 'node:fs';
import path from 'node:path';
import { EarnedByLot1764000000130 } from '../../migrations/1764000000130-earned-by-lot';
import { ownerDataSource } from '../../src/db/data-source';
import { brokenIn } from '../support/ledger';
import { useCreditStand } from './stand';

const stand = useCreditStand();

const earnedOf = async (userId: string) => {
  const [row] = await stand.sql(
    `select coalesce(sum(e.amount) filter (where e.account = 'revenue'), 0)::int as revenue,
       coalesce(sum(e.amount) filter (where e.account = 'deferred_revenue'), 0)::int as deferred
     from journal j join entries e on e.journal_id = j.id where j.user_id = $1`,
    [userId],
  );
  return row as { revenue: number; deferred: number };
};

const spendTimes = async (userId: string, credits: number, times: number) => {
  for (let nth = 0; nth < times; nth++) await stand.spend(userId, credits);
};

afterEach(async () => {
  expect(await brokenIn(stand.database.url)).toEqual([]);
});

test('180,000 of a million credits that cost 10.00 have earned 1.80, spent 900 at a time', async () => {
  await stand.buy('ada', null, { credits: 1_000_000, amountMinor: 1000n });

  await spendTimes('ada', 900, 200);

  expect(await earnedOf('ada')).toEqual({ revenue: 180, deferred: 820 });
});

test('the last credit leaves nothing behind, in whatever parts the others went', async () => {
  await stand.buy('bob', null, { credits: 30, amountMinor: 1000n });

  await spendTimes('bob', 7, 4);
  expect(await earnedOf('bob')).toEqual({ revenue: 933, deferred: 67 });
  const { hold } = await stand.hold('bob', 2);
  await stand.settle('bob', hold.id, 2);

  expect(await earnedOf('bob')).toEqual({ revenue: 1000, deferred: 0 });
});

test('what is refunded, taken by hand or expires leaves alone what was earned, and what the rest will earn', async () => {
  const intentId = await stand.buy('cyd', 30, { credits: 1000, amountMinor: 333n });
  const shares: number[] = [];
  const spendTen = async () => {
    await spendTimes('cyd', 1, 10);
    shares.push((await earnedOf('cyd')).revenue);
  };

  await spendTen();
  await stand.adjust('cyd', -101);
  await spendTen();
  await stand.refund(intentId, 50n);
  await spendTen();
  const { hold } = await stand.hold('cyd', 10, { ttlSeconds: 86_400 });
  await stand.pass('cyd', 86_400 - 60);
  await stand.sql(
    "update lots set expires_at = clock_timestamp() - interval '1 minute' where user_id = 'cyd'",
  );
  await stand.settle('cyd', hold.id, 10);

  // 0.333 a credit: of 10, 20 and 30 credits, and at the end of 40, which were the last.
  expect(shares).toEqual([3, 6, 9]);
  const { revenue, deferred } = await earnedOf('cyd');
  expect([13, 14]).toContain(revenue);
  expect(deferred).toBe(0);
});

test('a price whose product with the credits is beyond 64 bits is shared out right', async () => {
  await stand.buy('dan', null, { credits: 2_000_000_000, amountMinor: 99_999_999n });

  await stand.spend('dan', 1_000_000_000);

  const [lot] = await stand.sql("select earned_minor, deferred_minor from lots where user_id = 'dan'");
  expect(lot).toEqual({ earned_minor: '49999999', deferred_minor: '50000000' });
});

test('credits that an earlier version sold go on rightly, and what it rounded away is earned once', async () => {
  await stand.buy('eve', null, { credits: 1_000_000, amountMinor: 1000n });
  await stand.buy('fay', null, { credits: 30, amountMinor: 1000n });
  await spendTimes('eve', 900, 20);
  const source = await ownerDataSource(stand.database.url).initialize();
  const migration = new EarnedByLot1764000000130();
  const runner = source.createQueryRunner();
  await migration.down(runner);
  // As it was: nothing earned by 900 credits at 0.001 each.
  await stand.sql(`update lots set deferred_minor = 1000 where user_id = 'eve'`);
  await stand.sql(`with undone as (insert into journal (kind, reference, user_id, actor, epoch)
      select 'correction', 'as_it_was', 'eve', 'test', epoch from gateway returning id)
    insert into entries (journal_id, line, account, unit, amount)
    select id, l.line, l.account, 'INR', l.amount from undone,
      (values (1, 'revenue', -18), (2, 'deferred_revenue', 18)) l(line, account, amount)`);

  await migration.up(runner);
  await source.destroy();
  // As a start does: what a session has planned knows the columns that went.
  await stand.sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);

  expect(
    await stand.sql(`select e.account, e.unit, e.amount::int from journal j join entries e on e.journal_id = j.id
      where j.reference = 'earned_by_lot:INR' order by e.line`),
  ).toEqual([
    { account: 'deferred_revenue', unit: 'INR', amount: -18 },
    { account: 'revenue', unit: 'INR', amount: 18 },
  ]);
  expect(
    await stand.sql(`select spent::int, earned_minor::int as earned, deferred_minor::int as deferred from lots
      where user_id in ('eve', 'fay') order by user_id`),
  ).toEqual([
    { spent: 18_000, earned: 18, deferred: 982 },
    { spent: 0, earned: 0, deferred: 1000 },
  ]);
  await spendTimes('eve', 900, 10);
  expect((await earnedOf('eve')).revenue).toBe(9);
});

test('no other function shares out a price or credits by itself', () => {
  const src = path.join(__dirname, '..', '..', 'src');
  const sharing = fs
    .readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .filter((file) =>
      /(minor|credits|whole::numeric) \* .+[ ,]+(\/ |p_all)/.test(
        fs.readFileSync(path.join(src, file), 'utf8'),
      ),
    );
  expect(sharing).toEqual([path.join('ledger', 'lots.sql')]);
});
