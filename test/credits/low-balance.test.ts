// Warnings before credits run out: one for each time that they do.

import { type LowLevel, setLowBalance } from '../../src/credits/set-low-balance';
import { spendCredits } from '../../src/credits/spend';
import { as, codeOf, service, useCreditStand } from './stand';

const stand = useCreditStand();

const watch = (userId: string, levels: LowLevel[], quietSeconds = 0) =>
  setLowBalance(stand.deps, service, { userId, levels, quietSeconds });
/** The levels that were told of, in order; those in brackets quietly. */
const told = async (userId: string): Promise<(number | number[])[]> =>
  (
    await stand.sql(
      `select (data ->> 'level')::int as level, (data ->> 'quiet')::boolean as quiet from events
      where subject = 'low:' || $1 order by sequence`,
      [userId],
    )
  ).map(({ level, quiet }) => (quiet ? [level] : level));
const low = (userId: string) => stand.deps.readLowBalance(userId);

describe('A balance is told to be low', () => {
  it('when it lands exactly on its level, and once', async () => {
    await stand.buy('ada');
    await watch('ada', [{ credits: 20n }]);
    await stand.spend('ada', 29);
    expect(await told('ada')).toEqual([]);
    await stand.spend('ada', 1);
    expect(await told('ada')).toEqual([20]);
    await stand.spend('ada', 5);
    expect(await told('ada')).toEqual([20]);
    expect(await low('ada')).toMatchObject({ levels: [20n], level: 20n, episode: 1 });
  });

  it('for each level that one spend passes, and when nothing is left', async () => {
    await stand.buy('bea');
    await watch('bea', [{ credits: 20n }, { credits: 10n }]);
    await stand.spend('bea', 50);
    expect(await told('bea')).toEqual([20, 10, 0]);
    expect(await low('bea')).toMatchObject({ level: 0n, episode: 3 });
  });

  it('again after credits came in, and not after a hold came and went', async () => {
    await stand.buy('cid');
    await watch('cid', [{ credits: 20n }]);
    for (const _ of ['once', 'again']) {
      const { hold } = await stand.hold('cid', 40);
      await stand.release('cid', hold.id);
    }
    expect(await told('cid')).toEqual([20]);
    await stand.promote('cid', 10);
    expect(await low('cid')).toMatchObject({ level: null, since: null });
    await stand.spend('cid', 40);
    expect(await told('cid')).toEqual([20, 20]);
  });

  it('quietly while it was told of that level a short time ago; that nothing is left always', async () => {
    await stand.buy('dan');
    await watch('dan', [{ credits: 20n }], 3600);
    for (const _ of ['once', 'again']) {
      await stand.spend('dan', Number((await stand.standing('dan')).credits));
      await stand.buy('dan');
    }
    expect(await told('dan')).toEqual([20, 0, [20], 0]);
  });

  it('by the per cent of the last purchase, as purchases come', async () => {
    await watch('eve', [{ percentOfLastPurchase: 25 }]);
    expect(await low('eve')).toMatchObject({ levels: [] });
    await stand.buy('eve');
    expect(await low('eve')).toMatchObject({ levels: [13n] });
    await stand.spend('eve', 37);
    await stand.buy('eve', null, { credits: 200, amountMinor: 9000n });
    expect(await low('eve')).toMatchObject({ levels: [50n], level: null });
    await stand.spend('eve', 163);
    expect(await told('eve')).toEqual([13, 50]);
  });

  it('by expiry that a read works, by a refund, by a settlement, and by a revoked grant', async () => {
    for (const user of ['fay', 'gus', 'hal', 'ida']) await watch(user, [{ credits: 10n }]);
    await stand.buy('fay', 1);
    await stand.pass('fay', 86_401);
    await stand.standing('fay');
    const intent = await stand.buy('gus');
    await stand.refund(intent, 4000n);
    await stand.buy('hal');
    const { hold } = await stand.hold('hal', 30);
    await stand.settle('hal', hold.id, 45);
    const { grantId } = await stand.promote('ida', 15);
    await stand.revoke(grantId as string);

    expect(await Promise.all(['fay', 'gus', 'hal', 'ida'].map(told))).toEqual([[10, 0], [10], [10], [10, 0]]);
  });

  it('not by a dip inside one call: what a purchase pays of a debt leaves more than the level', async () => {
    const intent = await stand.buy('jim');
    await stand.spend('jim', 50);
    await stand.refund(intent, 5000n);
    await watch('jim', [{ credits: 10n }]);
    await stand.buy('jim', null, { credits: 100, amountMinor: 9000n });

    expect(await stand.standing('jim')).toMatchObject({ credits: 50, owed: 0 });
    expect(await told('jim')).toEqual([]);
  });

  it('at once when its level is raised above it, and no more when levels are taken away', async () => {
    await stand.buy('kim');
    await watch('kim', [{ credits: 60n }]);
    expect(await told('kim')).toEqual([60]);
    await watch('kim', []);
    await stand.spend('kim', 50);
    expect(await told('kim')).toEqual([60]);
    expect(await low('kim')).toBeNull();
    // Its count goes on.
    await stand.buy('kim');
    await watch('kim', [{ credits: 60n }]);
    expect(await told('kim')).toEqual([60, 60]);
  });

  it('never where nobody set a level, or where there is nothing yet', async () => {
    await stand.buy('lea');
    await stand.spend('lea', 50);
    await watch('max', [{ credits: 5n }]);
    expect(await Promise.all(['lea', 'max'].map(told))).toEqual([[], []]);
  });

  it('once by 199 spends of two processes that cross the level', async () => {
    await stand.buy('mia', null, { credits: 200, amountMinor: 9000n });
    await watch('mia', [{ credits: 100n }]);
    const processes = [stand.deps, stand.another()];
    await Promise.all(
      Array.from({ length: 199 }, (_, nth) =>
        spendCredits(processes[nth % 2]!, as('mia'), {
          credits: 1n,
          reason: 'One',
          idempotencyKey: `k${nth}`,
        }),
      ),
    );
    expect(await stand.standing('mia')).toMatchObject({ credits: 1 });
    expect(await told('mia')).toEqual([100]);
  });
});

describe('Levels', () => {
  it.each<[string, LowLevel[]]>([
    ['of nothing', [{}]],
    ['of two kinds at once', [{ credits: 5n, percentOfLastPurchase: 5 }]],
    ['of no credits', [{ credits: 0n }]],
    ['of more than everything', [{ percentOfLastPurchase: 101 }]],
    ['that are named twice', [{ credits: 5n }, { credits: 5n }]],
    ['that are too many', [1n, 2n, 3n, 4n].map((credits) => ({ credits }))],
  ])('%s are refused', async (_, levels) => {
    expect(await codeOf(watch('nat', levels))).toBe('INVALID_INPUT');
  });

  it('are set by the user, by back ends and by support, and by nobody else', async () => {
    const input = { userId: 'oda', levels: [{ credits: 5n }] };
    expect(await codeOf(setLowBalance(stand.deps, as('pam'), input))).toBe('NOT_FOUND');
    for (const caller of [as('oda'), service, { id: 'sup_1', role: 'support' as const }])
      expect(await codeOf(setLowBalance(stand.deps, caller, input))).toBe('none');
  });
});
