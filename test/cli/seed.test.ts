// Lifelike history, made by the code that serves purchases.

import { seed } from '../../src/cli/seed';
import { planPurchases } from '../../src/cli/seed-plan';
import { readConfig } from '../../src/kernel/config';
import { useDatabase } from '../support/pools';

const database = useDatabase();

it('plans the same history for the same number, and another one for another', () => {
  const [one, again, other] = [planPurchases(200, 7), planPurchases(200, 7), planPurchases(200, 8)];
  const keys = (plan: typeof one) =>
    plan.map(({ userId, packageId, outcomes }) => [userId, packageId, ...outcomes].join(' ')).sort();
  expect(keys(again)).toEqual(keys(one));
  expect(keys(other)).not.toEqual(keys(one));
  const succeeded = one.filter(({ outcomes }) => outcomes.at(-1)?.endsWith('succeed'));
  expect(succeeded.length).toBeGreaterThan(120);
});

it('makes payments that lie weeks back in a ledger that is whole, and makes them once', async () => {
  const config = readConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await seed(['--intents', '30', '--json'], config)).toBe(0);
  expect(await seed(['--intents', '30', '--json'], config)).toBe(0);
  const [first, second] = said.mock.calls.map(([text]) => JSON.parse(String(text)));
  jest.restoreAllMocks();
  expect(first).toMatchObject({ intents: 30, refused: 0, isSpread: true });
  expect(second).toMatchObject({ intents: 0, found: 30 });

  const pool = database.pool();
  const { rows } = await pool.query(`
    select count(*)::int as made, count(*) filter (where created_at < now() - interval '7 days')::int as old,
      count(*) filter (where completed_at < created_at)::int as wrong from intents`);
  expect(rows[0]).toMatchObject({ made: 30, wrong: 0 });
  expect(rows[0].old).toBeGreaterThan(5);
  const moved = await pool.query(
    "select 1 from journal j join intents i on i.id = j.intent_id where j.posted_at > i.created_at + interval '1 minute'",
  );
  expect(moved.rowCount).toBe(0);
});
