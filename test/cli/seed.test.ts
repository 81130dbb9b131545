// Lifelike history, made by the code that serves purchases.

import { seed } from '../../src/cli/seed';
import { type Market, planPurchases } from '../../src/cli/seed-plan';
import { readConfig } from '../../src/providers/read-config';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const MARKET: Market = {
  packages: ['small', 'medium', 'large', 'xlarge'].map((id) => ({ id, currencies: ['INR', 'USD'] })),
  providers: ['stripe', 'razorpay'],
};

it('plans the same history for the same number, and another one for another', () => {
  const day = new Date('2026-03-04');
  const one = planPurchases(200, 7, day, MARKET);
  const other = planPurchases(200, 8, day, MARKET);
  expect(planPurchases(200, 7, day, MARKET)).toEqual(one);
  expect(other.map(({ userId }) => userId)).not.toEqual(one.map(({ userId }) => userId));
  expect(one.every(({ at }) => at < day && at > new Date('2026-01-20'))).toBe(true);
  const succeeded = one.filter(({ outcomes }) => outcomes.at(-1)?.endsWith('succeed'));
  expect(succeeded.length).toBeGreaterThan(120);
});

it('plans on another day the same purchases by the same users, and only moves them in time', () => {
  const plan = (day: string) =>
    planPurchases(300, 7, new Date(day), MARKET)
      .map(({ at, ...purchase }) => purchase)
      .sort((a, b) => a.key.localeCompare(b.key));
  // A day that is no whole number of weeks away, so that the weekends fall elsewhere.
  expect(plan('2026-03-07')).toEqual(plan('2026-03-04'));
});

const run = async (...args: string[]): Promise<Record<string, unknown>> => {
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(
      await seed([...args, '--json'], readConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' })),
    ).toBe(0);
    return JSON.parse(String(said.mock.calls.at(-1)?.[0]));
  } finally {
    jest.restoreAllMocks();
  }
};

it('makes a history in the order of time into an empty ledger, once, and what comes later is of now', async () => {
  const first = await run('--intents', '120', '--until', '2026-03-04');
  expect(first).toMatchObject({ intents: 120, found: 0, refused: 0, isDated: true });
  const [entries, money, clock, late, sequels] = await Promise.all(
    [
      `select count(*)::int as entries, count(*) filter (where posted_at < before - interval '1 second')::int as turned,
         min(posted_at) < '2026-02-01' as "isOld"
       from (select posted_at, lag(posted_at) over (order by id) as before from journal) j`,
      'select count(*)::int as faults from (select from entries group by journal_id, unit having sum(amount) <> 0) p',
      'select clock_offset_ms::int as offset from gateway',
      "select count(*)::int as late from intents where created_at > '2026-03-04'",
      `select (select count(*) from holds)::int as holds, (select count(*) from credit_grants)::int as grants,
         (select count(*) from webhook_endpoints)::int as endpoints, (select count(*) from approvals)::int as approvals,
         (select count(distinct currency) from intents)::int as currencies,
         (select count(*) from webhook_events where status = 'dead')::int as dead,
         (select count(*) from risk_reviews where status = 'open')::int as reviews,
         (select count(*) from journal where kind = 'expiry')::int as expiries`,
    ].map(async (text) => (await database.pool().query(text)).rows[0]),
  );
  expect(entries).toMatchObject({ turned: 0, isOld: true });
  expect(entries.entries).toBeGreaterThan(200);
  expect([money, clock, late]).toEqual([{ faults: 0 }, { offset: 0 }, { late: 0 }]);
  for (const [what, count] of Object.entries(sequels))
    expect({ what, some: Number(count) > 0 }).toEqual({ what, some: true });

  const shared = await database.pool().query(
    `select (select count(*)::int from wallet_members where wallet_id = s.id) as members, i.status, i.created_by,
       (select spent::int from spend_limits where user_id = s.id) as spent, w.held::int, w.balance::int
     from shared_wallets s join intents i on i.user_id = s.id join wallets w on w.user_id = s.id`,
  );
  const wallet = { members: 3, status: 'succeeded', created_by: 'user_1', spent: 13, held: 10 };
  expect(shared.rows).toEqual([{ ...wallet, balance: expect.any(Number) }]);

  expect(await run('--intents', '120', '--until', '2026-03-04')).toMatchObject({
    intents: 0,
    found: 120,
    isDated: false,
  });
  expect(await run('--intents', '5', '--seed', '7')).toMatchObject({
    intents: 5,
    refused: 0,
    isDated: false,
  });
  const { rows } = await database
    .pool()
    .query(
      "select count(*)::int as now from intents where idempotency_key like 'seed-7-%' and created_at > now() - interval '1 hour'",
    );
  expect(rows).toEqual([{ now: 5 }]);
});

it('says why purchases were refused, and ends with 1', async () => {
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const env = { DATABASE_URL: database.url, LOG_LEVEL: 'silent', PAYMENTS_ENABLED: 'false' };
  try {
    expect(await seed(['--intents', '3', '--seed', '8'], readConfig(env))).toBe(1);
    expect(String(said.mock.calls.at(-1)?.[0])).toMatch(/; 3 were refused\.\n {2}3 × PAYMENTS_\w+: .+\.\n$/);
  } finally {
    jest.restoreAllMocks();
  }
});

it('never turns the clock back once something was bought', async () => {
  await expect(database.pool().query('update gateway set clock_offset_ms = -1000')).rejects.toThrow(
    'The clock never goes back',
  );
});

it('refuses a day that has not begun, a number that is none and a word that it does not know, in a sentence', async () => {
  const config = readConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
  const refusing = (...args: string[]) => seed(args, config).catch((error: Error) => error.message);
  expect(await refusing('--intents', '1', '--until', '2999-01-01')).toMatch(
    /^--until 2999-01-01: .*\nUsage: /,
  );
  expect(await refusing('--intents', '1', '--until', 'yesterday')).toMatch(/^--until yesterday: .*\nUsage: /);
  expect(await refusing('--intents', 'many')).toMatch(/^--intents many: .*\nUsage: /);
  expect(await refusing('--nonsense')).toMatch(/^Unknown option '--nonsense'\.\nUsage: /);
});
