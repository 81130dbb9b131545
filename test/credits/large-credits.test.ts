// Credits beyond what 32 bits hold, everywhere they are shown, moved and summed.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { adjustCredits } from '../../src/credits/adjust';
import { createIntent } from '../../src/intents/create';
import { type Answered, service, useAsking, user } from '../graphql/asking';
import { useRefundStand } from '../refunds/stand';
import { captured, claimIntents, doorOn, reading, refunded } from '../support/intents';
import { brokenIn } from '../support/ledger';

const BILLION = 1_000_000_000;
const MOST = Number.MAX_SAFE_INTEGER;
const finance: Caller = { id: 'fin_1', role: 'finance' };
const asking = useAsking();
const shop = useRefundStand();

/** A purchase of a billion credits for INR 50.00. @returns the intent's id */
async function buyBillion(userId: string): Promise<string> {
  const pool = asking.database.pool();
  const [intent] = await claimIntents(pool, [userId]);
  const id = intent?.id ?? '';
  await asking.sql('update intents set credits = $2 where id = $1', [id, BILLION]);
  await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  return id;
}

const mutate = async (caller: Caller, name: string, input: object): Promise<Answered> => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const shown = {
    holdCredits: 'hold { id credits } balance { credits held }',
    settleHold: 'hold { settledCredits } transaction { credits balanceAfter } balance { credits }',
    spendCredits: 'transaction { credits balanceAfter } balance { credits available }',
    adjustCredits: 'transaction { credits balanceAfter } balance { credits }',
  }[name];
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) { ${shown} errors { code message path } } }`;
  const key = name === 'releaseHold' ? {} : { idempotencyKey: randomUUID() };
  return (await asking.data(caller, source, { input: { ...key, ...input } }))[name];
};

describe('Three purchases of a billion credits', () => {
  let intents: string[];
  beforeAll(async () => {
    intents = [];
    for (let nth = 0; nth < 3; nth++) intents.push(await buyBillion('rich'));
  });
  afterEach(async () => {
    expect(await brokenIn(asking.database.url)).toEqual([]);
  });

  it('are shown in balances, lists and metrics', async () => {
    const own = await asking.data(
      user('rich'),
      `{ balance { credits available lots { granted remaining } } viewer { pendingCredits }
         creditTransactions { nodes { credits balanceAfter } } intents { nodes { creditsAmount creditsAdded } } }`,
    );
    expect(own.balance).toEqual({
      credits: 3 * BILLION,
      available: 3 * BILLION,
      lots: Array.from({ length: 3 }, () => ({ granted: BILLION, remaining: BILLION })),
    });
    expect(own.creditTransactions.nodes.map((node: Answered) => node.balanceAfter)).toEqual([
      3 * BILLION,
      2 * BILLION,
      BILLION,
    ]);
    const { admin } = await asking.data(
      finance,
      `{ admin { wallets { nodes { userId credits } }
         metrics(range: {}) { totals { payments creditsSold } conversion { name count } byPackage { payments } } } }`,
    );
    expect(admin.wallets.nodes).toEqual([{ userId: 'rich', credits: 3 * BILLION }]);
    expect(admin.metrics.totals).toEqual([{ payments: 3, creditsSold: 3 * BILLION }]);
    expect(admin.metrics.byPackage).toEqual([{ payments: 3 }]);
  });

  it('are spent, held, settled and adjusted', async () => {
    const spent = await mutate(user('rich'), 'spendCredits', { credits: 2_500_000_000, reason: 'r' });
    expect(spent).toEqual({
      transaction: { credits: -2_500_000_000, balanceAfter: 500_000_000 },
      balance: { credits: 500_000_000, available: 500_000_000 },
      errors: [],
    });
    const given = await mutate(finance, 'adjustCredits', {
      ...{ userId: 'rich', credits: 4_000_000_000, reason: 'r' },
    });
    expect(given.transaction).toEqual({ credits: 4_000_000_000, balanceAfter: 4_500_000_000 });
    const held = await mutate(service('svc'), 'holdCredits', {
      ...{ userId: 'rich', credits: 3_000_000_000, reason: 'r' },
    });
    expect(held.balance).toEqual({ credits: 4_500_000_000, held: 3_000_000_000 });
    const settled = await mutate(service('svc'), 'settleHold', { id: held.hold.id, credits: 2_999_999_999 });
    expect(settled).toEqual({
      hold: { settledCredits: 2_999_999_999 },
      transaction: { credits: -2_999_999_999, balanceAfter: 1_500_000_001 },
      balance: { credits: 1_500_000_001 },
      errors: [],
    });
  });

  it('go back with their money', async () => {
    await doorOn(asking.database.pool())(
      reading(intents[0] ?? '', refunded(`ch_${intents[0]}`, 're_whole', 5000n)),
    );

    const { intent, balance } = await asking.data(
      finance,
      `query ($id: ID!) { intent(id: $id) { refunds { nodes { creditsRevoked } } } balance(userId: "rich") { credits owed } }`,
      { id: intents[0] },
    );
    expect(intent.refunds.nodes).toEqual([{ creditsRevoked: BILLION }]);
    expect(balance).toEqual({ credits: 500_000_001, owed: 0 });
  });
});

describe('A balance beyond 2^53-1', () => {
  it('is refused before an adjustment takes effect', async () => {
    await mutate(finance, 'adjustCredits', { userId: 'max', credits: MOST, reason: 'r' });

    const more = await mutate(finance, 'adjustCredits', { userId: 'max', credits: 1, reason: 'r' });

    expect(more.errors).toEqual([
      {
        code: 'INVALID_INPUT',
        message: 'A balance has at most 9007199254740991 credits.',
        path: ['input', 'credits'],
      },
    ]);
    expect((await asking.data(finance, '{ balance(userId: "max") { credits } }')).balance.credits).toBe(MOST);
  });

  it('is refused before a purchase begins, and a payment that would make one goes back', async () => {
    const { deps } = shop.app;
    const payer: Caller = { id: 'full', role: 'user' };
    const paid = await shop.paidUnseen({ userId: 'full' });
    const gift = { userId: 'full', credits: BigInt(MOST), reason: 'r', idempotencyKey: 'k' };
    await adjustCredits(deps, finance, gift);

    await expect(createIntent(deps, payer, { packageId: 'small' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'A balance has at most 9007199254740991 credits.',
    });
    await paid.look();

    const [intent] = await shop.rows('select status, failure from intents where id = $1', [paid.id]);
    expect(intent?.failure.message).toBe(
      'The balance cannot hold so many credits. The money will be sent back.',
    );
    expect(await paid.posted('unapplied')).toEqual(['clearing_stripe INR -5000', 'unapplied INR 5000']);
    expect(await shop.rows('select kind from breaks where intent_id = $1', [paid.id])).toEqual([
      { kind: 'unapplied' },
    ]);
    expect(await brokenIn(shop.database.url)).toEqual([]);
  });

  it('is not made by two payments of one set, each of which alone would fit', async () => {
    const { deps } = shop.app;
    const intents = await claimIntents(shop.database.pool(), ['nearly', 'nearly']);
    const gift = { userId: 'nearly', credits: BigInt(MOST) - 60n, reason: 'r', idempotencyKey: 'k' };
    await adjustCredits(deps, finance, gift);

    const settled = await Promise.all(
      intents.map(({ id }) => deps.settle(reading(id, captured(`ch_${id}`)))),
    );

    expect(settled.map(({ outcomes }) => outcomes)).toEqual([['granted'], ['unapplied']]);
    expect(settled[1]?.intent.failure?.message).toBe(
      'The balance cannot hold so many credits. The money will be sent back.',
    );
    expect(await brokenIn(shop.database.url)).toEqual([]);
  });

  it('is refused by the database as well', async () => {
    await expect(
      asking.sql("update wallets set balance = 9007199254740992 where user_id = 'max'"),
    ).rejects.toMatchObject({ constraint: 'wallets_safe' });
  });

  it.each([MOST + 1, 1.5, '5', null])('is not named by an input: %p', async (credits) => {
    const { errors } = await asking.ask(
      user('ann'),
      'mutation ($credits: Credits!) { spendCredits(input: {credits: $credits, reason: "r", idempotencyKey: "k"}) { errors { code } } }',
      { credits },
    );
    expect(errors).toHaveLength(1);
  });
});
