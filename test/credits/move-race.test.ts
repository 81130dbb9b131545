// Credits that go there and back at the same time, by two processes, while they are spent and their money goes back.
import { randomUUID } from 'node:crypto';
import { moveCredits } from '../../src/credits/move-credits';
import { reverseSpend } from '../../src/credits/reverse-spend';
import { spendCredits } from '../../src/credits/spend';
import { NO_APPROVALS } from '../../src/kernel/approval-limits';
import { as, codeOf, service, useCreditStand } from './stand';

const stand = useCreditStand();

const MOVES = 100;
const SPENDS = 40;

it('100 moves there and back, with spends and a refund of what is moved, leave every credit counted once', async () => {
  const bought: string[] = [];
  for (const user of ['ann', 'bob', 'ann', 'bob', 'ann', 'bob']) bought.push(await stand.buy(user));
  const processes = [stand.deps, stand.another()];
  const deadlocks = async () =>
    (
      await stand.sql('select deadlocks::int as n from pg_stat_database where datname = current_database()')
    )[0].n;
  const before = await deadlocks();
  const ends = (nth: number) => (nth % 2 === 0 ? ['ann', 'bob'] : ['bob', 'ann']) as [string, string];
  const deps = (nth: number) => ({ ...processes[nth % 3 === 0 ? 0 : 1]!, approvalLimits: NO_APPROVALS });

  const moves = Array.from({ length: MOVES }, (_, nth) => {
    const [userId, toUserId] = ends(nth);
    const input = { userId, toUserId, credits: 3n, reason: 'There', idempotencyKey: randomUUID() };
    return codeOf(moveCredits(deps(nth), service, input));
  });
  const spends = Array.from({ length: SPENDS }, async (_, nth) => {
    const [userId] = ends(nth);
    const input = { userId, credits: 2n, reason: 'Work', idempotencyKey: randomUUID() };
    const { journalId } = await spendCredits(deps(nth), as(userId), input);
    if (nth % 4 !== 0) return 2;
    await reverseSpend(deps(nth), service, {
      ...{ transactionId: `ctx_${journalId}`, credits: 1n, reason: 'Half', idempotencyKey: randomUUID() },
    });
    return 1;
  });
  const refunds = bought.slice(0, 3).map((intentId) => stand.refund(intentId, 5000n));
  const [codes, spent] = await Promise.all([Promise.all(moves), Promise.all(spends), Promise.all(refunds)]);

  expect(codes.filter((code) => !['none', 'IN_PROGRESS', 'INSUFFICIENT_CREDITS'].includes(code))).toEqual([]);
  const done = codes.filter((code) => code === 'none').length;
  expect(done).toBeGreaterThan(MOVES / 2);
  const [ann, bob] = [await stand.standing('ann'), await stand.standing('bob')];
  expect(ann.credits + bob.credits - ann.owed - bob.owed).toBe(
    150 - spent.reduce((sum, one) => sum + one, 0),
  );
  const [{ asked, credits }] = await stand.sql(
    `select count(*) filter (where j.actor = $1)::int as asked, sum(t.credits) filter (where j.actor = $1)::int as credits
     from transfers t join journal j on j.id = t.journal_id`,
    [service.id],
  );
  expect({ asked, credits }).toEqual({ asked: done, credits: done * 3 });
  expect(await deadlocks()).toBe(before);
}, 60_000);
