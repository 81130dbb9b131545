// Credits that go from one wallet to another, with what they cost.
import { randomUUID } from 'node:crypto';
import { brokenInvariants } from '../../src/credits/verify';
import { NO_APPROVALS } from '../../src/kernel/approval-limits';
import { createWallet } from '../../src/wallets/create-wallet';
import { ownerOf } from '../support/database';
import { heardPool } from '../support/pools';
import { as, codeOf, finance, service, useCreditStand } from './stand';

const stand = useCreditStand();

afterAll(async () => {
  const owner = heardPool(ownerOf(stand.database.url));
  const client = await owner.connect();
  try {
    expect(await brokenInvariants(client)).toEqual([]);
  } finally {
    client.release();
    await owner.end();
  }
});

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
const lots = (userId: string) =>
  stand.sql(
    `select remaining::int, transferred::int as gone, paid_minor::int as paid, deferred_minor::int as deferred, spent::int,
       earned_minor::int as earned from lots where user_id = $1 order by id`,
    [userId],
  );
const shared = async (ownerId: string) =>
  (await createWallet(stand.deps, service, { name: 'Acme', ownerId, idempotencyKey: randomUUID() })).wallet
    .id;
const problemOf = (call: Promise<unknown>): Promise<{ code: string; message: string }> =>
  call.then(
    () => ({ code: 'none', message: '' }),
    ({ code, message }) => ({ code, message }),
  );

describe('Credits that are moved', () => {
  it('leave one wallet and come to the other, with the price and the end of their lot', async () => {
    await stand.buy('ada', 30);
    const team = await shared('ada');
    const { from, to, replayed } = await stand.move('ada', team, 20);

    expect({ from: from.balance, to: to.balance, replayed }).toEqual({ from: 30n, to: 20n, replayed: false });
    expect((await stand.postings('ada')).at(-1)).toEqual([
      'transfer',
      { wallet: -20, credits_transferred: 20 },
    ]);
    expect(await stand.postings(team)).toEqual([['transfer', { wallet: 20, credits_transferred: -20 }]]);
    expect(await lots('ada')).toMatchObject([{ remaining: 30, gone: 20, deferred: 3000 }]);
    expect(await lots(team)).toMatchObject([{ remaining: 20, gone: 0, paid: 2000, deferred: 2000 }]);
    const [ends] = await stand.sql(
      'select count(distinct expires_at)::int as ends, count(*)::int as lots from lots where user_id = any($1)',
      [['ada', team]],
    );
    expect(ends).toEqual({ ends: 1, lots: 2 });
  });

  it('earn in the other wallet what they cost, and with what stayed the whole price to the minor unit', async () => {
    await stand.buy('bea', null, { credits: 7, amountMinor: 1000n });
    await stand.move('bea', 'ben', 2);
    await stand.move('bea', 'ben', 3);
    for (const [user, credits] of [
      ['ben', 1],
      ['bea', 1],
      ['ben', 4],
      ['bea', 1],
    ] as const)
      await stand.spend(user, credits);

    const [{ revenue }] = await stand.sql(
      `select sum(amount)::int as revenue from entries e join journal j on j.id = e.journal_id
       where j.user_id in ('bea', 'ben') and account = 'revenue'`,
    );
    expect(revenue).toBe(1000);
  });

  it('are those that are spent first, and never what was given', async () => {
    await stand.buy('cid', 30);
    await stand.buy('cid', 10);
    await stand.promote('cid', 10, { expiresAt: inHours(1) });
    await stand.adjust('cid', 10);
    await stand.move('cid', 'coy', 60);

    expect(await lots('cid')).toMatchObject([
      { remaining: 40, gone: 10 },
      { remaining: 0, gone: 50 },
      { remaining: 10, gone: 0 },
      { remaining: 10, gone: 0 },
    ]);
  });

  it('are no more than can be moved, and the problem says why the others stay', async () => {
    await stand.buy('dan');
    await stand.promote('dan', 5);
    await stand.hold('dan', 15);
    const key = randomUUID();
    const refused = await problemOf(stand.move('dan', 'dot', 41, { key }));

    expect(refused).toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
    expect(refused.message).toBe(
      '41 credits were to be moved, 40 can be. The others stay: 15 on hold. A refusal is kept under its key.',
    );
    await stand.buy('dan');
    expect(await codeOf(stand.move('dan', 'dot', 41, { key }))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(stand.move('dan', 'dot', 41))).toBe('none');
  });

  it('are moved once by one key, which means nothing else afterwards', async () => {
    await stand.buy('eve');
    const first = await stand.move('eve', 'eli', 10, { key: 'k' });
    const again = await stand.move('eve', 'eli', 10, { key: 'k' });

    expect(again).toMatchObject({ journalId: first.journalId, replayed: true });
    expect(await codeOf(stand.move('eve', 'eli', 11, { key: 'k' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(stand.move('eve', 'eda', 10, { key: 'k' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await stand.standing('eli')).toMatchObject({ credits: 10 });
  });

  it.each([
    ['to the same wallet', (user: string) => stand.move(user, user, 1), 'INVALID_INPUT'],
    ['that are none', (user: string) => stand.move(user, 'fay', 0), 'INVALID_INPUT'],
    ['of less than nothing', (user: string) => stand.move(user, 'fay', -5), 'INVALID_INPUT'],
    [
      'to a shared wallet that is not there',
      (user: string) => stand.move(user, `wal_${'0'.repeat(26)}`, 1),
      'NOT_FOUND',
    ],
    [
      'out of a shared wallet that is not there',
      () => stand.move(`wal_${'0'.repeat(26)}`, 'fay', 1),
      'NOT_FOUND',
    ],
    ['by a user', (user: string) => stand.move(user, 'fay', 1, { caller: as(user) }), 'NOT_FOUND'],
    [
      'by support',
      (user: string) => stand.move(user, 'fay', 1, { caller: { id: 's', role: 'support' } }),
      'NOT_FOUND',
    ],
    [
      'that were counted otherwise',
      (user: string) => stand.move(user, 'fay', 1, { seenMovable: 49n }),
      'STALE_FIGURES',
    ],
  ] as const)('%s are refused, and nothing moves', async (_, call, code) => {
    const user = `fin_${randomUUID()}`;
    await stand.buy(user);
    expect(await codeOf(call(user))).toBe(code);
    expect(await stand.standing(user)).toMatchObject({ credits: 50 });
    expect(await stand.standing('fay')).toMatchObject({ credits: 0 });
  });

  it('pay first what the other wallet owes', async () => {
    await stand.buy('gus');
    const bought = await stand.buy('gil');
    await stand.spend('gil', 30);
    await stand.refund(bought, 5000n);
    await stand.move('gus', 'gil', 40);

    expect(await stand.standing('gil')).toMatchObject({ credits: 10, owed: 0 });
    expect((await stand.postings('gil')).at(-1)).toEqual([
      'debt_payment',
      { wallet: -30, debt: 30, 'deferred_revenue INR': -3000, 'revenue INR': 3000 },
    ]);
  });

  it('move again and back, and are given back as any spend', async () => {
    await stand.buy('hal');
    await stand.move('hal', 'hob', 50);
    await stand.move('hob', 'hay', 40);
    await stand.move('hay', 'hal', 30);
    const { journalId } = await stand.spend('hal', 30);
    await stand.reverse(journalId);

    expect(await stand.standing('hal')).toMatchObject({ credits: 30 });
    expect(await lots('hal')).toMatchObject([
      { remaining: 0, gone: 50 },
      { remaining: 30, paid: 3000, deferred: 3000, spent: 0, earned: 0 },
    ]);
  });

  it('above what one person may move alone wait, and a back end moves them', async () => {
    await stand.buy('ida');
    const limits = { ...NO_APPROVALS, adjustAbove: 10n };
    expect(await codeOf(stand.move('ida', 'ian', 11, { caller: finance, limits }))).toBe('APPROVAL_REQUIRED');
    expect(await codeOf(stand.move('ida', 'ian', 8, { caller: finance, limits }))).toBe('none');
    expect(await codeOf(stand.move('ida', 'ian', 8, { caller: finance, limits }))).toBe('APPROVAL_REQUIRED');
    expect(await codeOf(stand.move('ida', 'ian', 11, { limits }))).toBe('none');
  });
});

describe('The refund of a purchase whose credits were moved', () => {
  it('takes them where they stand, and what was spent of them is owed by who bought them', async () => {
    const bought = await stand.buy('kim');
    await stand.move('kim', 'kai', 30);
    await stand.move('kai', 'koa', 10);
    await stand.spend('kai', 5);
    await stand.refund(bought, 5000n);

    expect(await stand.standing('kim')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 5 });
    expect(await stand.standing('kai')).toMatchObject({ credits: 0, owed: 0 });
    expect(await stand.standing('koa')).toMatchObject({ credits: 0, owed: 0 });
    expect((await stand.postings('kim')).at(-1)).toEqual([
      'refund',
      {
        wallet: -45,
        debt: -5,
        credits_issued: 50,
        'clearing_stripe INR': 5000,
        'deferred_revenue INR': -4500,
        'refunds INR': -500,
      },
    ]);
  });

  it('of a part takes what stayed first, then what was moved, then other credits of who bought them', async () => {
    const bought = await stand.buy('lea');
    await stand.buy('lea', 1);
    await stand.move('lea', 'leo', 60);
    await stand.refund(bought, 4500n);

    // 50 that expire sooner were moved first, and 10 of those that are refunded.
    expect(await stand.standing('lea')).toMatchObject({ credits: 0, owed: 0 });
    expect(await stand.standing('leo')).toMatchObject({ credits: 55 });
  });

  it('shrinks the hold that has them before anything is owed', async () => {
    const bought = await stand.buy('mia');
    await stand.move('mia', 'max', 50);
    const { hold } = await stand.hold('max', 40);
    await stand.refund(bought, 4000n);

    expect(await stand.standing('mia')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 0 });
    expect(await stand.standing('max')).toMatchObject({ credits: 10, held: 10 });
    await stand.settle('max', hold.id, 10);
    expect(await stand.standing('max')).toMatchObject({ credits: 0, held: 0 });
  });
});
