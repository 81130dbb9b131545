// A user owes at most as many credits as every client reads exactly. What would make it more is refused where a person asks for it,
// and waits for a person where the provider has done it: no event is lost, and nothing is tried for ever.
import { randomUUID } from 'node:crypto';
import { graphql } from 'graphql';
import { adjustCredits } from '../../src/credits/adjust';
import { balanceOf } from '../../src/credits/balance';
import { sealPostings } from '../../src/credits/seal';
import { sweepDisputes } from '../../src/disputes/sweep';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { CREDITS_MAX } from '../../src/kernel/credits';
import type { ProviderName } from '../../src/providers/provider';
import { recoverRefunds } from '../../src/refunds/recover';
import { type Bought, finance } from '../refunds/stand';
import { reading, refunded } from '../support/intents';
import { useBreaks } from './breaks';
import { paymentIdOf } from './planted-breaks';

const stand = useBreaks();
const MOST = Number(CREDITS_MAX);

/** A paid package of as many credits as there can be, all of them spent. */
async function spentWhole(provider: ProviderName, userId: string): Promise<Bought> {
  const bought = await stand.paidUnseen({ provider, userId });
  await stand.rows('update intents set credits = $2 where id = $1', [bought.id, MOST]);
  await bought.look();
  await stand.spend(userId, MOST);
  return bought;
}
const gift = (userId: string, credits: number) =>
  adjustCredits(stand.app.deps, finance, {
    ...{ userId, credits: BigInt(credits), reason: 'room' },
    idempotencyKey: randomUUID(),
  });
const standing = async (userId: string) => {
  const { balance, owed } = await balanceOf(stand.app.deps, userId);
  return { balance, owed };
};
const refund = async (intentId: string) =>
  (
    await stand.ask(
      `mutation ($input: RefundIntentInput!) { refundIntent(input: $input) {
         refund { status creditsRevoked } errors { code message path } } }`,
      { input: { intentId, reason: 'They asked', idempotencyKey: randomUUID() } },
    )
  ).refundIntent;
const refundsOf = (bought: Bought) =>
  stand.rows('select status, credits_revoked::text from refunds where intent_id = $1', [bought.id]);
const openBreaks = (bought: Bought) =>
  stand.rows(
    `select 'brk_' || id as id, subject, kind from breaks where intent_id = $1 and status = 'open' order by id`,
    [bought.id],
  );

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  it('a second refund that would owe too much is refused, and nothing is sent', async () => {
    const userId = `asked_${provider}`;
    const [first, second] = [await spentWhole(provider, userId), await spentWhole(provider, userId)];
    expect(await refund(first.id)).toMatchObject({ refund: { creditsRevoked: MOST }, errors: [] });
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });

    const refused = await refund(second.id);

    expect(refused).toMatchObject({ refund: null, errors: [{ code: 'INVALID_STATE' }] });
    expect(refused.errors[0].message).toContain('would owe more than 9007199254740991 credits');
    expect(await refundsOf(second)).toEqual([]);
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
    await gift(userId, MOST);
    expect(await refund(second.id)).toMatchObject({ refund: { creditsRevoked: MOST }, errors: [] });
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
  });

  it('a second refund that was made at the provider waits, and is booked once there is room', async () => {
    const userId = `outside_${provider}`;
    const [first, second] = [await spentWhole(provider, userId), await spentWhole(provider, userId)];
    await refund(first.id);
    const payment = await paymentIdOf(stand, second);
    const news = () => stand.app.deps.settle(reading(second.id, refunded(payment, `rf_${second.id}`, 5000n)));

    expect((await news()).outcomes).toEqual(['illegal']);
    expect((await news()).outcomes).toEqual(['illegal']);

    expect(await openBreaks(second)).toMatchObject([{ subject: 'refund', kind: 'missing_here' }]);
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
    await gift(userId, MOST);
    expect((await news()).outcomes).toEqual(['changed']);
    expect(await openBreaks(second)).toEqual([]);
    expect(await refundsOf(second)).toMatchObject([{ status: 'succeeded', credits_revoked: String(MOST) }]);
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
  });

  it('two refunds under way at once: the second waits as pending, however long, and ends once there is room', async () => {
    const userId = `both_${provider}`;
    const [first, second] = [await spentWhole(provider, userId), await spentWhole(provider, userId)];
    // Both are asked for before the provider has answered either.
    stand.trouble = ({ path }) => (/refund/.test(path) ? 'answerLost' : null);
    for (const bought of [first, second])
      expect(await refund(bought.id)).toMatchObject({ refund: { status: 'pending' }, errors: [] });
    stand.trouble = () => null;
    const due = () =>
      stand.rows(
        `update refunds set lease_until = instant() - interval '1 s', created_at = instant() - interval '2 days'
         where status = 'pending'`,
      );
    for (let round = 0; round < 3; round++) {
      await due();
      await recoverRefunds(stand.app.deps);
    }

    const states = [...(await refundsOf(first)), ...(await refundsOf(second))].map(({ status }) => status);
    expect(states.filter((status) => status === 'succeeded')).toHaveLength(1);
    expect(states.filter((status) => status === 'pending')).toHaveLength(1);
    const waiting = [...(await openBreaks(first)), ...(await openBreaks(second))];
    expect(waiting).toMatchObject([{ subject: 'refund', kind: 'missing_here' }]);
    await gift(userId, MOST);
    expect((await stand.resolve(waiting[0]?.id, 'apply_to_intent')).errors).toEqual([]);
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
    expect([...(await openBreaks(first)), ...(await openBreaks(second))]).toEqual([]);
    for (const bought of [first, second])
      expect(await refundsOf(bought)).toMatchObject([{ status: 'succeeded' }]);
  });

  it('a lost dispute beside a refund waits, and is booked once there is room', async () => {
    const userId = `lost_${provider}`;
    const [first, second] = [await spentWhole(provider, userId), await spentWhole(provider, userId)];
    await refund(first.id);
    await second.play('dispute_open');
    await second.play('dispute_lost');
    await sweepAll();

    expect(await openBreaks(second)).toMatchObject([{ subject: 'dispute', kind: 'missing_here' }]);
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
    await sweepAll();
    expect(await openBreaks(second)).toHaveLength(1);
    await gift(userId, MOST);
    const [found] = await openBreaks(second);
    expect((await stand.resolve(found?.id, 'apply_to_intent')).errors).toEqual([]);
    expect(await openBreaks(second)).toEqual([]);
    expect(await standing(userId)).toEqual({ balance: 0n, owed: CREDITS_MAX });
  });
});

it('sums over users that no number says exactly are answered, and never a fault', async () => {
  for (const userId of ['rich_1', 'rich_2']) await gift(userId, MOST);
  const { deps } = stand.app;
  const contextValue = createContext(deps, { id: 'adm_1', role: 'admin' }, 'request-1');
  const now = Date.now();
  const range = `{ gte: "${new Date(now - 3_600_000).toISOString()}", lt: "${new Date(now + 1_000).toISOString()}" }`;
  const ask = async (source: string) => {
    const { errors = [] } = await graphql({ schema: buildGatewaySchema(), source, contextValue });
    return errors.map(({ originalError }) => originalError);
  };

  await sealPostings(deps);
  for (const source of [
    `{ admin { creditStatement(range: ${range}) { granted { credits } spent { credits } adjusted { credits } } } }`,
    `{ admin { metrics(range: ${range}, bucket: hour) { totals { creditsSold gross { formatted } payments } } } }`,
    '{ admin { accounts { account { code } balance } } }',
    '{ admin { wallets(first: 5) { nodes { credits available owed } } } }',
  ])
    expect(await ask(source)).toEqual([]);
});

async function sweepAll() {
  await stand.rows(`delete from turns where loop = 'sweep-disputes'`);
  await sweepDisputes(stand.app.deps);
}
