// Spends of what was used, priced in millionths of a credit.
import { estimateSpend } from '../../src/credits/estimate-spend';
import { listOperations } from '../../src/credits/operations';
import { saveOperation } from '../../src/credits/save-operation';
import { saveRate } from '../../src/credits/save-rate';
import { spendCredits } from '../../src/credits/spend';
import { spendMany } from '../../src/credits/spend-many';
import { admin, priced, usageOf } from './priced';
import { as, codeOf, finance, service, useCreditStand } from './stand';

const stand = useCreditStand();
const { price, use, holdFor, settleFor, leftOver } = priced(stand);

beforeAll(async () => {
  await price('tokens', { microPerUnit: 3_000n, perUnits: 1_000n });
  await price('call', { flatMicro: 4_000n });
  await price('film', { flatMicro: 500_000n, microPerUnit: 250_000n, minimumMicro: 1_200_000n });
  await price('six', { flatMicro: 600_000n });
});

describe('A price', () => {
  it('is flat, and by unit, rounded up to a millionth, and no less than the minimum', async () => {
    const micro = async (quantities: Record<string, number>) =>
      Number((await estimateSpend(stand.deps, usageOf(quantities))).micro);

    expect(await micro({ tokens: 0 })).toBe(0);
    expect(await micro({ tokens: 1 })).toBe(3);
    expect(await micro({ tokens: 1_001 })).toBe(3_003);
    expect(await micro({ film: 1 })).toBe(1_200_000);
    expect(await micro({ film: 4 })).toBe(1_500_000);
    expect(await micro({ film: 4, call: 1, tokens: 7 })).toBe(1_504_021);
    const { credits, parts } = await estimateSpend(stand.deps, usageOf({ film: 4, call: 1 }));
    expect(credits).toBe(2n);
    expect(parts).toEqual([
      { operation: 'film', rateVersion: 1, quantity: 4n, micro: 1_500_000n },
      { operation: 'call', rateVersion: 1, quantity: 1n, micro: 4_000n },
    ]);
  });

  it('is said by admins, for what is there, and never below zero', async () => {
    expect(await codeOf(saveOperation(stand.deps, finance, { code: 'x', name: 'X', unit: 'x' }))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(saveRate(stand.deps, finance, { operation: 'call', flatMicro: 1n }))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(saveRate(stand.deps, admin, { operation: 'none', flatMicro: 1n }))).toBe('NOT_FOUND');
    for (const wrong of [{ flatMicro: -1n }, { microPerUnit: -1n }, { perUnits: 0n }, { minimumMicro: -1n }])
      expect(await codeOf(saveRate(stand.deps, admin, { operation: 'call', ...wrong }))).toBe(
        'INVALID_INPUT',
      );
    for (const wrong of [{ code: 'A b' }, { name: ' ' }, { unit: '' }])
      expect(
        await codeOf(saveOperation(stand.deps, admin, { code: 'y', name: 'Y', unit: 'y', ...wrong })),
      ).toBe('INVALID_INPUT');
  });

  it('changes from a minute ahead on, and the rates before stay, in the database too', async () => {
    await price('changing', { flatMicro: 1_000_000n });
    const now = Date.now();
    // One in the wrong year would be the last one for ever.
    const century = new Date(now + 100 * 366 * 86_400_000);
    for (const effectiveFrom of [new Date(now - 1_000), new Date(now + 20_000), century])
      expect(
        await codeOf(saveRate(stand.deps, admin, { operation: 'changing', flatMicro: 2n, effectiveFrom })),
      ).toBe('INVALID_INPUT');
    await saveRate(stand.deps, admin, { operation: 'changing', flatMicro: 2_000_000n });
    const [operation] = await listOperations(stand.deps, ['changing']);

    expect(operation?.rates.map(({ version, flatMicro }) => [version, flatMicro])).toEqual([
      [2, 2_000_000n],
      [1, 1_000_000n],
    ]);
    expect(operation?.rate?.version).toBe(1);
    expect((await estimateSpend(stand.deps, usageOf({ changing: 1 }))).credits).toBe(1n);
    const insert = `insert into rates values ('changing', 3, instant(), 1, 1, 1, 1, 'adm_1', instant())`;
    await expect(stand.sql(insert)).rejects.toThrow('A rate comes after the one before it');
    for (const write of ['update rates set flat_micro = 0', 'delete from rates', 'delete from usages'])
      await expect(stand.deps.pool.query(write)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('What is used', () => {
  it('takes 10 credits for 2,500 times 0.004, and the next one is refused', async () => {
    await stand.adjust('ada', 10);
    const items = Array.from({ length: 2_501 }, (_, nth) => ({
      ...{ userId: 'ada', usage: usageOf({ call: 1 }), reason: 'A call', key: `k${nth}` },
    }));
    const first = await spendMany(stand.deps, service, { items: items.slice(0, 1_000) });
    const second = await spendMany(stand.deps, service, { items: items.slice(1_000, 2_000) });
    const third = await spendMany(stand.deps, service, { items: items.slice(2_000) });
    const outcomes = [...first, ...second, ...third].map(({ outcome }) => outcome);

    expect(outcomes).toEqual([...Array(2_500).fill('spent'), 'refused']);
    expect(await stand.standing('ada')).toMatchObject({ credits: 0 });
    expect(await leftOver('ada')).toBe(0);
    expect((await stand.postings('ada')).filter(([kind]) => kind === 'spend')).toEqual(
      Array(10).fill(['spend', { wallet: -1, credits_spent: 1 }]),
    );
  });

  it('that makes no whole credit posts nothing, and the credit that it begins has to be there', async () => {
    expect(await codeOf(use('bea', { call: 1 }))).toBe('INSUFFICIENT_CREDITS');
    await stand.adjust('bea', 1);
    const spent = await use('bea', { call: 1 }, 'k');

    expect(spent).toMatchObject({ transaction: null, replayed: false });
    expect(await use('bea', { call: 1 }, 'k')).toMatchObject({
      ...{ journalId: spent.journalId, transaction: null, replayed: true },
    });
    expect(await codeOf(use('bea', { call: 2 }, 'k'))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(use('bea', { call: 1, tokens: 1 }, 'k'))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await stand.standing('bea')).toMatchObject({ credits: 1 });
    expect(await leftOver('bea')).toBe(4_000);
    expect(await stand.deps.readUsage(spent.journalId)).toMatchObject({
      ...{ micro: 4_000n, credits: 0n, unpaidMicro: 0n, reversedMicro: 0n },
      parts: [{ operation: 'call', rateVersion: 1, quantity: 1n, micro: 4_000n }],
    });
  });

  it('is taken beside whole credits, in the order in which it came', async () => {
    await stand.adjust('cid', 3);
    const item = (key: string, what: object) => ({ userId: 'cid', reason: 'Work', key, ...what });
    const results = await spendMany(stand.deps, service, {
      items: [
        item('a', { usage: usageOf({ six: 1 }) }),
        item('b', { usage: usageOf({ six: 1 }) }),
        item('c', { credits: 2n }),
        item('d', { usage: usageOf({ six: 1 }) }),
        item('e', { usage: usageOf({ none: 1 }) }),
        item('f', { usage: usageOf({ six: 1 }), credits: 1n }),
        item('g', {}),
        item('a', { usage: usageOf({ six: 1 }) }),
      ],
    });

    expect(results.map((one) => ('problem' in one ? one.problem.code : one.outcome))).toEqual([
      ...['spent', 'spent', 'spent', 'INSUFFICIENT_CREDITS'],
      ...['INVALID_INPUT', 'INVALID_INPUT', 'INVALID_INPUT', 'replayed'],
    ]);
    expect(await leftOver('cid')).toBe(200_000);
  });

  it.each([
    ['a quantity below zero', { tokens: -1 }],
    ['a quantity above 2^63 - 1', { tokens: 2n ** 63n }],
    ['more than can be counted', { film: 2n ** 62n }],
    ['an unknown operation', { unknown: 1 }],
    ['no operation', {}],
  ])('is refused for %s, and its key is free', async (_, quantities) => {
    await stand.adjust('dan', 1);
    expect(await codeOf(use('dan', quantities as Record<string, number>, 'k'))).toBe('INVALID_INPUT');
    expect(
      await stand.sql(`select from idempotency_keys where user_id = 'dan' and operation = 'spend'`),
    ).toEqual([]);
  });

  it('of an operation that is not active is refused', async () => {
    await price('old', { flatMicro: 1n });
    await saveOperation(stand.deps, admin, { code: 'old', name: 'Old', unit: 'unit', active: false });
    await stand.adjust('eve', 1);

    expect(await codeOf(use('eve', { old: 1 }))).toBe('INVALID_INPUT');
  });

  it('of the last 24 hours has the price that it had then', async () => {
    await price('earlier', { flatMicro: 1_000_000n });
    await stand.sql(
      `set local session_replication_role = replica; update rates set effective_from = effective_from - interval '2 hours' where operation = 'earlier'`,
    );
    await stand.sql(
      `set local session_replication_role = replica; insert into rates values ('earlier', 2, instant() - interval '1 hour', 5000000, 0, 1, 0, 'adm_1', instant())`,
    );
    await stand.adjust('fay', 100);
    const spend = (hours: number) =>
      spendCredits(stand.deps, as('fay'), {
        ...{ usage: usageOf({ earlier: 1 }), reason: 'Work', idempotencyKey: `${hours}` },
        occurredAt: new Date(Date.now() - hours * 3_600_000),
      });
    const taken = [];
    for (const hours of [0.5, 1.5, 25]) taken.push((await spend(hours)).transaction?.credits);

    expect(taken).toEqual([-5n, -1n, -5n]);
  });
});

describe('A hold for what will be used', () => {
  it('sets aside what it costs with a margin, and takes what was used', async () => {
    await stand.buy('gus');
    const { hold } = await holdFor('gus', { film: 10 }, 50);
    expect(hold.credits).toBe(5n);
    const settled = await settleFor(hold.id, { film: 4, tokens: 100_000 }, 'k');

    expect(settled.hold.settledCredits).toBe(1n);
    expect(await leftOver('gus')).toBe(800_000);
    expect(await stand.standing('gus')).toMatchObject({ credits: 49, held: 0 });
    expect((await stand.postings('gus')).at(-1)).toEqual([
      'spend',
      { wallet: -1, credits_spent: 1, 'deferred_revenue INR': -100, 'revenue INR': 100 },
    ]);
    expect(await settleFor(hold.id, { film: 4, tokens: 100_000 }, 'k')).toMatchObject({ replayed: true });
    expect(await codeOf(settleFor(hold.id, { film: 5 }, 'k'))).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('is settled by the rates of when it was made, whatever is in force by then', async () => {
    await price('rising', { flatMicro: 2_000_000n });
    await stand.adjust('hal', 10);
    const { hold } = await holdFor('hal', { rising: 1 });
    await saveRate(stand.deps, admin, { operation: 'rising', flatMicro: 7_000_000n });
    await saveOperation(stand.deps, admin, { code: 'rising', name: 'Rising', unit: 'unit', active: false });
    await stand.sql(
      `set local session_replication_role = replica; update rates set effective_from = instant() where operation = 'rising' and version = 2`,
    );
    const { journalId } = await settleFor(hold.id, { rising: 1 });

    expect(await stand.standing('hal')).toMatchObject({ credits: 8 });
    expect(await stand.deps.readUsage(journalId as string)).toMatchObject({ parts: [{ rateVersion: 1 }] });
  });

  it('that used more than there is takes all of it, and nothing is owed', async () => {
    await stand.adjust('ida', 3);
    const { hold } = await holdFor('ida', { film: 1 });
    const { journalId } = await settleFor(hold.id, { film: 20 });

    expect(await stand.standing('ida')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 0 });
    expect(await stand.deps.readUsage(journalId as string)).toMatchObject({
      ...{ micro: 3_999_999n, unpaidMicro: 1_500_001n, credits: 3n },
    });
    expect(await leftOver('ida')).toBe(999_999);
  });

  it('of which nothing makes a whole credit posts nothing', async () => {
    await stand.adjust('jim', 3);
    const { hold } = await holdFor('jim', { six: 1 });
    const { journalId } = await settleFor(hold.id, { six: 1 });

    expect(await stand.standing('jim')).toMatchObject({ credits: 3, held: 0 });
    expect(await stand.postings('jim')).toHaveLength(1);
    await stand.reverse(journalId as string);
    expect(await leftOver('jim')).toBe(0);
  });
});

describe('What was used and is given back', () => {
  it('comes back exactly, with what was left over', async () => {
    await stand.buy('kim');
    await use('kim', { six: 1 });
    const { journalId } = await use('kim', { film: 8 });
    expect([await stand.standing('kim'), await leftOver('kim')]).toMatchObject([{ credits: 47 }, 100_000]);
    await stand.reverse(journalId, { key: 'r' });

    expect([await stand.standing('kim'), await leftOver('kim')]).toMatchObject([{ credits: 50 }, 600_000]);
    await stand.reverse(journalId, { key: 'r' });
    expect(await codeOf(stand.reverse(journalId))).toBe('INVALID_STATE');
    expect(await leftOver('kim')).toBe(600_000);
    expect(await stand.deps.readUsage(journalId)).toMatchObject({
      micro: 2_500_000n,
      reversedMicro: 2_500_000n,
    });
  });

  it('brings back a credit that another spend took, where it was a part of that', async () => {
    await stand.buy('lea');
    const { journalId } = await use('lea', { six: 1 });
    await use('lea', { six: 1 });
    expect([await stand.standing('lea'), await leftOver('lea')]).toMatchObject([{ credits: 49 }, 200_000]);
    await stand.reverse(journalId);

    expect([await stand.standing('lea'), await leftOver('lea')]).toMatchObject([{ credits: 50 }, 600_000]);
    expect((await stand.postings('lea')).at(-1)).toEqual([
      'spend_reversal',
      { wallet: 1, credits_spent: -1, 'deferred_revenue INR': 100, 'revenue INR': -100 },
    ]);
  });

  it('brings back no credit where what was left over pays it', async () => {
    await stand.buy('max');
    await use('max', { six: 1 });
    const { journalId } = await use('max', { six: 1 });
    await use('max', { six: 1 });
    expect([await stand.standing('max'), await leftOver('max')]).toMatchObject([{ credits: 49 }, 800_000]);
    await stand.reverse(journalId);

    expect([await stand.standing('max'), await leftOver('max')]).toMatchObject([{ credits: 49 }, 200_000]);
  });

  it('in parts of whole credits adds up', async () => {
    await stand.buy('ned');
    const { journalId } = await use('ned', { film: 8, call: 1 });
    await stand.reverse(journalId, { credits: 1 });
    expect([await stand.standing('ned'), await leftOver('ned')]).toMatchObject([{ credits: 49 }, 504_000]);
    expect(await codeOf(stand.reverse(journalId, { credits: 2 }))).toBe('INVALID_STATE');
    await stand.reverse(journalId);

    expect([await stand.standing('ned'), await leftOver('ned')]).toMatchObject([{ credits: 50 }, 0]);
    expect(
      await stand.sql(
        `select operation, sum(quantity)::int as quantity, sum(p.micro)::int as micro from usage_parts p
         join usages u on u.id = p.usage_id where u.user_id = 'ned' group by 1 order by 1`,
      ),
    ).toEqual([
      { operation: 'call', quantity: 0, micro: 0 },
      { operation: 'film', quantity: 0, micro: 0 },
    ]);
  });
});

it('what is used at once at two processes is taken once each, to the last millionth', async () => {
  await stand.adjust('oda', 7);
  const other = stand.another();
  const ask = (nth: number) =>
    spendCredits(nth % 2 ? stand.deps : other, as('oda'), {
      ...{ usage: usageOf({ six: 1 }), reason: 'Work', idempotencyKey: `k${nth >> 1}` },
    });
  const answers = await Promise.allSettled(Array.from({ length: 60 }, (_, nth) => ask(nth)));

  // 11 times 0.6 are 6.6; the twelfth would begin an eighth credit.
  const done = answers.filter(({ status }) => status === 'fulfilled');
  expect(done).toHaveLength(22);
  expect([await stand.standing('oda'), await leftOver('oda')]).toMatchObject([{ credits: 1 }, 600_000]);
});
