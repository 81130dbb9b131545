// Lifelike history, made by the code that serves purchases.

import { seed } from '../../src/cli/seed';
import { planPurchases } from '../../src/cli/seed-plan';
import { readConfig } from '../../src/providers/read-config';
import { useDatabase } from '../support/pools';

const database = useDatabase();

it('plans the same history for the same number, and another one for another', () => {
  const day = new Date('2026-03-04');
  const one = planPurchases(200, 7, day);
  const other = planPurchases(200, 8, day);
  expect(planPurchases(200, 7, day)).toEqual(one);
  expect(other.map(({ userId }) => userId)).not.toEqual(one.map(({ userId }) => userId));
  expect(one.every(({ at }) => at < day && at > new Date('2026-01-20'))).toBe(true);
  const succeeded = one.filter(({ outcomes }) => outcomes.at(-1)?.endsWith('succeed'));
  expect(succeeded.length).toBeGreaterThan(120);
});

it('plans on another day the same purchases by the same users, and only moves them in time', () => {
  const plan = (day: string) =>
    planPurchases(300, 7, new Date(day))
      .map(({ at, ...purchase }) => purchase)
      .sort((a, b) => a.key.localeCompare(b.key));
  // A day that is no whole number of weeks away, so that the weekends fall elsewhere.
  expect(plan('2026-03-07')).toEqual(plan('2026-03-04'));
});

it('makes payments that lie weeks back in a ledger that is whole, and makes them once', async () => {
  const config = readConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await seed(['--intents', '30', '--until', '2026-03-04', '--json'], config)).toBe(0);
  expect(await seed(['--intents', '30', '--json'], config)).toBe(0);
  const [first, second] = said.mock.calls.map(([text]) => JSON.parse(String(text)));
  jest.restoreAllMocks();
  expect(first).toMatchObject({ intents: 30, refused: 0, isSpread: true });
  expect(second).toMatchObject({ intents: 0, found: 30 });

  const pool = database.pool();
  const planned = planPurchases(30, 42, new Date('2026-03-04'));
  const { rows: kept } = await pool.query(
    'select idempotency_key as key, user_id as "userId", created_at as at from intents order by created_at',
  );
  expect(kept).toEqual(planned.map(({ key, userId, at }) => ({ key, userId, at })));
  const { rows } = await pool.query(`
    select count(*)::int as made,
      count(*) filter (where created_at < timestamptz '2026-02-25T00:00:00Z')::int as old,
      count(*) filter (where completed_at < created_at)::int as wrong from intents`);
  expect(rows[0]).toMatchObject({ made: 30, wrong: 0 });
  expect(rows[0].old).toBeGreaterThan(5);
  const moved = await pool.query(
    "select 1 from journal j join intents i on i.id = j.intent_id where j.posted_at > i.created_at + interval '1 minute'",
  );
  expect(moved.rowCount).toBe(0);
});

it('refuses a day that has not begun', async () => {
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const config = readConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
  expect(await seed(['--intents', '1', '--until', '2999-01-01'], config)).toBe(2);
  expect(await seed(['--intents', '1', '--until', 'yesterday'], config)).toBe(2);
  expect(String(said.mock.calls[0]?.[0])).toContain('--until');
  jest.restoreAllMocks();
});
