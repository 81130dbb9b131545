// Many callers, two processes, one wallet.
import { randomUUID } from 'node:crypto';
import { balanceOf } from '../../src/credits/balance';
import type { CreditDeps } from '../../src/credits/deps';
import { holdCredits } from '../../src/credits/hold';
import { releaseHold } from '../../src/credits/release-hold';
import { settleHold } from '../../src/credits/settle-hold';
import { spendCredits } from '../../src/credits/spend';
import { startGateway, stopGateways } from '../support/gateway';
import { as, codeOf, useCreditStand } from './stand';

const stand = useCreditStand();
afterAll(stopGateways);

it('200 parallel spends of the whole balance from two processes: one wins', async () => {
  await stand.buy('rich');
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  const gateways = await Promise.all([startGateway(env), startGateway(env)]);
  const clients = await Promise.all(gateways.map((gateway) => gateway.as('rich')));

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, nth) =>
      clients[nth % 2]!.mutate(
        'spendCredits',
        { credits: 50, reason: 'All of it', idempotencyKey: `k${nth}` },
        'transaction { id }',
      ),
    ),
  );

  const codes = answers.map(({ errors }) => errors[0]?.code ?? 'spent');
  expect(codes.filter((code) => code === 'spent')).toHaveLength(1);
  expect(codes.filter((code) => code === 'INSUFFICIENT_CREDITS')).toHaveLength(199);
  expect(await stand.standing('rich')).toMatchObject({ credits: 0 });
});

it('a hold is settled or released or neither, whoever asks how often from two processes', async () => {
  await stand.buy('torn');
  const { hold } = await stand.hold('torn', 30);
  const processes = [stand.deps, stand.another()];

  const ends = await Promise.allSettled(
    Array.from({ length: 60 }, (_, nth) => {
      const deps = processes[nth % 2] as CreditDeps;
      return nth % 3 === 0
        ? releaseHold(deps, as('torn'), { id: hold.id })
        : settleHold(deps, as('torn'), { id: hold.id, credits: 10n, idempotencyKey: `k${nth}` });
    }),
  );

  const statuses = new Set(
    ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.hold.status] : [])),
  );
  expect(statuses.size).toBe(1);
  const settled = statuses.has('settled');
  expect(await stand.standing('torn')).toMatchObject({ credits: settled ? 40 : 50, held: 0 });
  if (settled) expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('spends, holds, settlements and expiries of many users at once lose no credit and never deadlock', async () => {
  const users = Array.from({ length: 12 }, (_, nth) => `busy_${nth}`);
  for (const user of users) {
    await stand.buy(user, 1);
    await stand.buy(user);
  }
  const processes = [stand.deps, stand.another()];
  const act = async (deps: CreditDeps, user: string, nth: number) => {
    const idempotencyKey = randomUUID();
    if (nth % 4 === 0)
      return spendCredits(deps, as(user), { credits: BigInt(1 + (nth % 5)), reason: 'r', idempotencyKey });
    const { hold } = await holdCredits(deps, as(user), {
      credits: BigInt(1 + (nth % 7)),
      reason: 'r',
      ttlSeconds: 1 + (nth % 2) * 3600,
      idempotencyKey,
    });
    if (nth % 4 === 1) return releaseHold(deps, as(user), { id: hold.id });
    return settleHold(deps, as(user), { id: hold.id, credits: BigInt(nth % 9), idempotencyKey });
  };
  const [before] = await stand.sql(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );

  const acting = users.flatMap((user, at) =>
    Array.from({ length: 16 }, (_, nth) => codeOf(act(processes[(nth + at) % 2] as CreditDeps, user, nth))),
  );
  const passing = users.map((user) => stand.pass(user, 2 * 86_400).then(() => balanceOf(stand.deps, user)));
  const codes = await Promise.all(acting);
  await Promise.all(passing);

  expect(codes.filter((code) => !['none', 'INSUFFICIENT_CREDITS', 'INVALID_STATE'].includes(code))).toEqual(
    [],
  );
  const [after] = await stand.sql(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(after.deadlocks).toBe(before.deadlocks);
  for (const user of users) {
    const { credits } = await stand.standing(user);
    const [sums] = await stand.sql(
      `select coalesce(sum(amount) filter (where account = 'credits_spent'), 0)::int as spent,
         coalesce(sum(amount) filter (where account = 'credits_expired'), 0)::int as expired
       from entries where journal_id in (select id from journal where user_id = $1)`,
      [user],
    );
    expect(credits + sums.spent + sums.expired).toBe(100);
  }
});
