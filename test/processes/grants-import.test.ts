// A file of grants over HTTP, with the process that gives it killed on the way.
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

it('A file whose process is killed while it gives is carried on by another, and each of its 2,000 lines gives once', async () => {
  const first = await startGateway({ DATABASE_URL: database.url });
  const finance = await first.as('fin', 'finance');
  await finance.mutate('saveCampaign', { key: 'gifts', name: 'Gifts', budgetCredits: 100_000 }, '');
  const lines = Array.from({ length: 2_000 }, (_, nth) => `many_${nth},5,m${nth},Welcome back\n`);
  const file = `userId,credits,key,reason\n${lines.join('')}`;
  const input = { campaign: 'gifts', file };

  const tried = await finance.mutate(
    'startGrantsImport',
    { ...input, dryRun: true },
    'import { id } outcome { granted refused credits }',
  );
  expect(tried).toEqual({
    import: null,
    outcome: { granted: 2_000, refused: 0, credits: 10_000 },
    errors: [],
  });
  const { import: job } = await finance.mutate('startGrantsImport', input, 'import { id }');
  const given = async () => {
    const { rows } = await database
      .pool()
      .query('select count(*)::int as grants, count(distinct user_id)::int as users from credit_grants');
    return rows[0];
  };
  await eventually(async () => expect((await given()).grants).toBeGreaterThan(0));
  await first.kill();
  const left = await given();
  expect(left.grants).toBeLessThan(2_000);

  // Half a minute later.
  await database.pool().query('update jobs set lease_until = instant() where id = $1', [job.id]);
  const second = await startGateway({ DATABASE_URL: database.url });
  const other = await second.as('fin', 'finance');
  const shown = async () => {
    const { data } = await other.query(
      `query ($id: ID!) { node(id: $id) { ... on GrantsImport {
        status progress { done total percent } outcome { granted replayed refused } } } }`,
      { id: job.id },
    );
    return data.node;
  };
  await eventually(async () => expect((await shown()).status).toBe('succeeded'));
  const { outcome, progress } = await shown();
  expect(progress).toEqual({ done: 2_000, total: 2_000, percent: 100 });
  expect(outcome.granted + outcome.replayed).toBe(2_000);
  expect(await given()).toEqual({ grants: 2_000, users: 2_000 });
});
