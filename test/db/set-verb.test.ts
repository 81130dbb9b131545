// Calls that share sets, on the verb that one user calls most.
import { createSpend } from '../../src/credits/spend';
import { useCreditStand } from '../credits/stand';

const stand = useCreditStand();

it('spends of one user share sets, and none of them finds the lock of another one of ours', async () => {
  await stand.buy('hot', null, { credits: 1_000, amountMinor: 100_000n });
  const outcomes: string[] = [];
  let statements = 0;
  const watched = {
    query: async (query: { name: string; text: string; values: unknown[] }) => {
      statements++;
      const result = await stand.deps.pool.query(query);
      outcomes.push(...result.rows.map(({ outcome }) => outcome as string));
      return result;
    },
  };
  const spend = createSpend(watched as never);
  const spendTen = async (_: unknown, caller: number) => {
    for (let nth = 0; nth < 10; nth++)
      await spend({
        userId: 'hot',
        credits: 1n,
        reason: 'Shared',
        key: `${caller}:${nth}`,
        inputHash: 'none',
        actor: 'hot',
        kind: 'user',
      });
  };

  await Promise.all(Array.from({ length: 30 }, spendTen));

  expect(outcomes).toEqual(Array.from({ length: 300 }, () => 'spent'));
  // A set for each time that all of them spent, and a few for those that came late.
  expect(statements).toBeLessThanOrEqual(60);
  expect(await stand.standing('hot')).toMatchObject({ credits: 700 });
});
