// Credits that expire: in their free part only, in steps when holds keep some back, and never twice.

import { workDueWallets } from '../../src/credits/due';
import { openLotsOf } from '../../src/credits/lots';
import { useCreditStand } from './stand';

const stand = useCreditStand();
const DAY = 86_400;

describe('Credits whose time is over', () => {
  it('leave the balance for every reader at once, as breakage of what was paid for them', async () => {
    await stand.buy('ada', 30);
    await stand.spend('ada', 20);
    await stand.pass('ada', 31 * DAY);

    expect(await stand.standing('ada')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 0 });

    expect((await stand.postings('ada')).at(-1)).toEqual([
      'expiry',
      { wallet: -30, credits_expired: 30, 'deferred_revenue INR': -3000, 'breakage INR': 3000 },
    ]);
  });

  it('cannot be spent or held, and what has time left can', async () => {
    await stand.buy('bea', 30);
    await stand.buy('bea');
    await stand.pass('bea', 31 * DAY);

    await stand.spend('bea', 50);

    expect(await stand.standing('bea')).toMatchObject({ credits: 0 });
    expect((await stand.postings('bea')).map(([kind]) => kind).slice(-2)).toEqual(['expiry', 'spend']);
  });

  it('are spent before those that have more time, whichever were bought first', async () => {
    await stand.buy('ola');
    await stand.buy('ola', 30);

    await stand.spend('ola', 20);

    expect(await stand.sql("select remaining::int from lots where user_id = 'ola' order by id")).toEqual([
      { remaining: 50 },
      { remaining: 30 },
    ]);
  });

  it('take their own share of the price, whatever the spent ones have earned of it', async () => {
    await stand.buy('pia', 30, { credits: 30, amountMinor: 1000n });
    await stand.spend('pia', 2);
    await stand.hold('pia', 27);
    await stand.sql("update lots set expires_at = now() where user_id = 'pia'");
    await stand.standing('pia');

    expect((await stand.postings('pia')).slice(-2)).toEqual([
      ['spend', { wallet: -2, credits_spent: 2, 'deferred_revenue INR': -66, 'revenue INR': 66 }],
      ['expiry', { wallet: -1, credits_expired: 1, 'deferred_revenue INR': -33, 'breakage INR': 33 }],
    ]);
  });

  it('stay where a hold keeps them, can be settled, and the rest goes when the hold ends', async () => {
    await stand.buy('cid', 30);
    const { hold } = await stand.hold('cid', 30);
    await stand.sql("update lots set expires_at = now() where user_id = 'cid'");
    expect(await stand.standing('cid')).toEqual({ credits: 30, held: 30, frozen: 0, owed: 0 });

    const settled = await stand.settle('cid', hold.id, 12);

    expect(settled.wallet).toMatchObject({ balance: 0n, held: 0n });
    expect((await stand.postings('cid')).slice(-3)).toEqual([
      ['expiry', { wallet: -20, credits_expired: 20, 'deferred_revenue INR': -2000, 'breakage INR': 2000 }],
      ['spend', { wallet: -12, credits_spent: 12, 'deferred_revenue INR': -1200, 'revenue INR': 1200 }],
      ['expiry', { wallet: -18, credits_expired: 18, 'deferred_revenue INR': -1800, 'breakage INR': 1800 }],
    ]);
  });

  it('go with the hold when both have run out, whichever comes first', async () => {
    await stand.buy('dan', 1);
    await stand.hold('dan', 30, { ttlSeconds: 3600 });
    await stand.pass('dan', 2 * DAY);

    expect(await stand.standing('dan')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 0 });

    const [expiries] = await stand.sql(
      "select count(*)::int as n, sum(e.amount)::int as credits from journal j join entries e on e.journal_id = j.id and e.account = 'wallet' where j.user_id = 'dan' and j.kind = 'expiry'",
    );
    expect(expiries).toEqual({ n: 1, credits: -50 });
  });

  it('stay where they are frozen, and go when they are not', async () => {
    await stand.buy('eve', 30);
    await stand.sql(
      "with w as (update wallets set frozen = 10 where user_id = 'eve') update lots set frozen = 10 where user_id = 'eve'",
    );
    await stand.pass('eve', 31 * DAY);
    expect(await stand.standing('eve')).toEqual({ credits: 10, held: 0, frozen: 10, owed: 0 });

    await stand.sql(
      "with w as (update wallets set frozen = 0 where user_id = 'eve') update lots set frozen = 0 where user_id = 'eve'",
    );

    expect(await stand.standing('eve')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 0 });
  });

  it('are worked by the schedule too, once, also when nobody reads', async () => {
    await stand.buy('fay', 30);
    await stand.hold('fay', 10);
    await stand.pass('fay', 31 * DAY);
    const published: string[][] = [];
    const hub = {
      ...stand.deps.hub,
      publish: (subjects: readonly string[]) => void published.push([...subjects]),
    };

    expect(await workDueWallets({ ...stand.deps, hub })).toBe(1);
    expect(await workDueWallets({ ...stand.deps, hub })).toBe(0);

    expect(published).toEqual([['wallet:fay']]);
    const [{ balance, held }] = await stand.sql("select balance, held from wallets where user_id = 'fay'");
    expect([Number(balance), Number(held)]).toEqual([0, 0]);
  });

  it('are gone before anything else is booked on the wallet, also before a purchase', async () => {
    await stand.buy('ian', 30);
    await stand.hold('ian', 10);
    await stand.pass('ian', 31 * DAY);

    await stand.buy('ian');

    expect((await stand.postings('ian')).map(([kind]) => kind)).toEqual([
      'receipt',
      'grant',
      'expiry',
      'receipt',
      'grant',
    ]);
    const [wallet] = await stand.sql("select balance::int, held::int from wallets where user_id = 'ian'");
    expect(wallet).toEqual({ balance: 50, held: 0 });
  });

  it('leave no fraction of the price behind: the parts of a lot earn or break exactly what was paid', async () => {
    await stand.buy('gus', 30, { credits: 30, amountMinor: 1000n });
    for (const credits of [7, 7, 7]) await stand.spend('gus', credits);
    await stand.pass('gus', 31 * DAY);
    await stand.standing('gus');

    // 21 of 30 credits for INR 10.00 have earned 7.00 in three parts; the last part takes the rest.
    expect((await stand.postings('gus')).slice(-2).map(([, lines]) => lines)).toEqual([
      { wallet: -7, credits_spent: 7, 'deferred_revenue INR': -234, 'revenue INR': 234 },
      { wallet: -9, credits_expired: 9, 'deferred_revenue INR': -300, 'breakage INR': 300 },
    ]);
  });
});

it('says which credits expire next, and how many at the same instant', async () => {
  const soon = new Date(Date.now() + 3_600_000);
  await stand.buy('hal');
  await stand.adjust('hal', 5, { expiresAt: soon });
  await stand.adjust('hal', 7, { expiresAt: soon });

  const [lots] = await openLotsOf(stand.deps, ['hal']);

  expect(
    lots?.map(({ remaining, isAhead, expiringTogether }) => [
      Number(remaining),
      isAhead,
      Number(expiringTogether),
    ]),
  ).toEqual([
    [5, true, 12],
    [7, true, 12],
    [50, false, 50],
  ]);
});
