// Codes that users redeem: once each, so often in all, and not by guessing.
import { redeemPromoCode } from '../../src/grants/redeem';
import { type SavePromoCodeInput, savePromoCode } from '../../src/grants/save-promo-code';
import { as, codeOf, finance, service, useCreditStand } from '../credits/stand';
import { startGateway, stopGateways } from '../support/gateway';

const stand = useCreditStand();
afterAll(stopGateways);

const save = (more: Partial<SavePromoCodeInput> = {}) =>
  savePromoCode(stand.deps, finance, { campaign: 'gifts', credits: 20n, ...more });
const redeem = (userId: string, code: string, address = `of ${userId}`) =>
  redeemPromoCode(stand.deps, as(userId), { code }, address);
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

describe('A code', () => {
  it('gives each user once what its campaign has, however it is typed, and a repeat answers alike', async () => {
    const { code } = await save({ code: 'SPRING-2026' });
    const first = await redeem('ada', '  spring 2026 ');
    const again = await redeem('ada', code);

    expect(first).toMatchObject({
      replayed: false,
      grant: { credits: 20n, campaign: 'gifts', reason: 'Code SPRING-2026' },
    });
    expect(again).toMatchObject({ replayed: true, grant: { id: first.grant.id } });
    expect(await stand.standing('ada')).toMatchObject({ credits: 20 });
    expect((await redeem('bea', code)).replayed).toBe(false);
  });

  it('that is made here has twelve characters, none of which is read as another', async () => {
    expect((await save()).code).toMatch(/^[A-HJKMNP-Z2-9]{12}$/);
  });

  it('pays what the user owes first, and is revoked as any grant', async () => {
    const intent = await stand.buy('cid');
    await stand.spend('cid', 50);
    await stand.refund(intent, 1000n);
    const { grant } = await redeem('cid', (await save()).code);
    expect(await stand.standing('cid')).toMatchObject({ credits: 10, owed: 0 });
    await stand.revoke(grant.id);
    expect(await stand.standing('cid')).toMatchObject({ credits: 0, owed: 0 });
  });

  it('gives nothing before its time, after it, above its limit and above the budget', async () => {
    const [early, late, few] = [
      await save({ startsAt: ago(-60) }),
      await save({ endsAt: ago(1) }),
      await save({ totalLimit: 1 }),
    ];
    await stand.campaign('small', { budgetCredits: 30n });
    const small = await save({ campaign: 'small' });
    await redeem('dan', few.code);
    await redeem('dan', small.code);

    expect(await codeOf(redeem('eve', early.code))).toBe('NOT_FOUND');
    for (const { code } of [late, few, small])
      expect(await codeOf(redeem('eve', code))).toBe('INVALID_STATE');
    expect(await stand.standing('eve')).toMatchObject({ credits: 0 });
    // Who has it keeps it.
    expect(await redeem('dan', few.code)).toMatchObject({ replayed: true });
  });

  it.each<[string, Partial<SavePromoCodeInput>, string]>([
    ['too short to be safe from guessing', { code: 'SPRING' }, 'INVALID_INPUT'],
    ['of no credits', { credits: 0n }, 'INVALID_INPUT'],
    ['that nobody can redeem', { totalLimit: 0 }, 'INVALID_INPUT'],
    ['that ends before it begins', { startsAt: ago(0), endsAt: ago(10) }, 'INVALID_INPUT'],
    ['of a campaign that is not there', { campaign: 'none' }, 'NOT_FOUND'],
  ])('%s is not made', async (_, input, code) => {
    expect(await codeOf(save(input))).toBe(code);
  });

  it('is made by finance alone, and redeemed by users for themselves and back ends for anybody', async () => {
    const input = { campaign: 'gifts', credits: 5n };
    expect(await codeOf(savePromoCode(stand.deps, service, input))).toBe('NOT_FOUND');
    const { code } = await save();
    expect(await codeOf(redeemPromoCode(stand.deps, as('fay'), { code, userId: 'gus' }, ''))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(redeemPromoCode(stand.deps, finance, { code, userId: 'gus' }, ''))).toBe('NOT_FOUND');
    expect(await codeOf(redeemPromoCode(stand.deps, service, { code, userId: 'gus' }, ''))).toBe('none');
  });
});

describe('A guess', () => {
  it('costs: after ten in an hour nothing is redeemed, not even what is right', async () => {
    const { code } = await save();
    for (let nth = 0; nth < 10; nth++)
      expect(await codeOf(redeem('hal', `WRONG-CODE-${nth}`))).toBe('NOT_FOUND');
    expect(await codeOf(redeem('hal', code))).toBe('RATE_LIMITED');
    await stand.sql(`update promo_tries set hour = hour - interval '1 hour'`);
    expect(await codeOf(redeem('hal', code))).toBe('none');
  });

  it('of an hour that is over is forgotten by the next one', async () => {
    for (let nth = 0; nth < 150; nth++) await codeOf(redeem(`kim_${nth}`, 'WRONG-CODE-1'));
    await stand.sql(`update promo_tries set hour = hour - interval '2 hours'`);
    for (const who of ['lea', 'mia', 'noa']) await codeOf(redeem(who, 'WRONG-CODE-1'));
    const kept = await stand.sql('select who from promo_tries');
    expect(kept.map(({ who }) => who).filter((who) => who.includes('kim_'))).toEqual([]);
  });

  it('is counted by the address too, whoever asks from there', async () => {
    for (let nth = 0; nth < 10; nth++) await codeOf(redeem(`ida_${nth}`, 'WRONG-CODE-1', '203.0.113.9'));
    expect(await codeOf(redeem('jim', (await save()).code, '203.0.113.9'))).toBe('RATE_LIMITED');
    expect(await codeOf(redeem('jim', (await save()).code, '203.0.113.10'))).toBe('none');
  });
});

it('the last of five redemptions goes to one of 200 who ask two processes at once', async () => {
  const { code } = await save({ totalLimit: 5 });
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  const gateways = await Promise.all([startGateway(env), startGateway(env)]);
  const shops = await Promise.all(gateways.map((gateway) => gateway.as('shop', 'service')));
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, nth) =>
      shops[nth % 2]!.mutate('redeemPromoCode', { code, userId: `u${nth}` }, 'grant { id }'),
    ),
  );

  const codes = answers.map(({ errors }) => errors[0]?.code ?? 'redeemed');
  expect(codes.filter((one) => one === 'redeemed')).toHaveLength(5);
  expect(codes.filter((one) => one === 'INVALID_STATE')).toHaveLength(195);
  expect(await stand.sql('select redeemed from promo_codes where code = $1', [code])).toEqual([
    { redeemed: 5 },
  ]);
});
