// Credits that campaigns give: who pays for them, in which order they go, and what they are when they are gone.
import { grantCredits } from '../../src/grants/grant';
import { saveCampaign } from '../../src/grants/save-campaign';
import { as, codeOf, finance, service, useCreditStand } from '../credits/stand';

const stand = useCreditStand();

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
const lots = (userId: string) =>
  stand.sql(
    'select granted::int, remaining::int, is_promotional as promo from lots where user_id = $1 order by id',
    [userId],
  );

describe('Credits that a campaign gives', () => {
  it('are a lot of their own, stand on credits_promo until they are gone, and earn nothing', async () => {
    const given = await stand.promote('ada', 100, { expiresAt: inHours(1) });
    await stand.spend('ada', 30);
    await stand.revoke(given.grantId as string);

    expect(await stand.postings('ada')).toEqual([
      ['promo_grant', { credits_promo: -100, wallet: 100 }],
      ['spend', { wallet: -30, credits_promo: 30 }],
      ['promo_revoke', { wallet: -70, credits_promo: 70 }],
    ]);
    expect(await stand.standing('ada')).toMatchObject({ credits: 0 });
  });

  it('expire against what was given', async () => {
    await stand.promote('bea', 50, { expiresAt: inHours(1) });
    await stand.pass('bea', 3601);

    expect(await stand.standing('bea')).toMatchObject({ credits: 0 });
    expect((await stand.postings('bea')).at(-1)).toEqual(['expiry', { wallet: -50, credits_promo: 50 }]);
  });

  it('expire as their campaign says where the grant says nothing', async () => {
    await stand.campaign('monthly', { expireAfterDays: 30 });
    await stand.promote('ben', 5, { campaign: 'monthly' });

    expect(
      await stand.sql(
        `select (expires_at - created_at)::text as lasts from credit_grants where user_id = 'ben'`,
      ),
    ).toEqual([{ lasts: '30 days' }]);
  });

  it('are spent before bought ones that expire at the same time, and after bought ones that expire sooner', async () => {
    await stand.buy('cid');
    await stand.promote('cid', 10);
    await stand.buy('cid', 1);
    await stand.spend('cid', 55);

    expect(await lots('cid')).toEqual([
      { granted: 50, remaining: 50, promo: false },
      { granted: 10, remaining: 5, promo: true },
      { granted: 50, remaining: 0, promo: false },
    ]);
    // Both kinds in one posting: 50 were bought, 5 were given.
    expect((await stand.postings('cid')).at(-1)).toEqual([
      'spend',
      {
        wallet: -55,
        credits_spent: 50,
        credits_promo: 5,
        'deferred_revenue INR': -5000,
        'revenue INR': 5000,
      },
    ]);
  });

  it('can be held and settled as any others', async () => {
    await stand.buy('dan');
    await stand.promote('dan', 10);
    const { hold } = await stand.hold('dan', 20);
    await stand.settle('dan', hold.id, 12);

    expect((await stand.postings('dan')).at(-1)).toEqual([
      'spend',
      { wallet: -12, credits_spent: 2, credits_promo: 10, 'deferred_revenue INR': -200, 'revenue INR': 200 },
    ]);
  });

  it('pay what the user owes first, which earns nothing', async () => {
    const intent = await stand.buy('eve');
    await stand.spend('eve', 40);
    await stand.refund(intent, 5000n);
    expect(await stand.standing('eve')).toMatchObject({ credits: 0, owed: 40 });

    await stand.promote('eve', 60);

    expect(await stand.standing('eve')).toEqual({ credits: 20, held: 0, frozen: 0, owed: 0 });
    expect((await stand.postings('eve')).slice(-2)).toEqual([
      ['promo_grant', { credits_promo: -60, wallet: 60 }],
      ['debt_payment', { wallet: -40, debt: 40, credits_promo: 40, credits_spent: -40 }],
    ]);
  });

  it('are not taken by the refund of a purchase while other credits are there', async () => {
    const intent = await stand.buy('fay');
    await stand.buy('fay');
    await stand.promote('fay', 50, { expiresAt: inHours(1) });
    await stand.spend('fay', 70);
    await stand.refund(intent, 5000n);

    expect(await lots('fay')).toEqual([
      { granted: 50, remaining: 0, promo: false },
      { granted: 50, remaining: 30, promo: false },
      { granted: 50, remaining: 0, promo: true },
    ]);
  });

  it('pay what a refund could not take, and return last when its money comes back', async () => {
    const intent = await stand.buy('gus');
    await stand.spend('gus', 50);
    await stand.promote('gus', 30);
    await stand.refund(intent, 5000n);

    expect(await stand.standing('gus')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 20 });
    expect((await stand.postings('gus')).slice(-2)).toEqual([
      ['refund', expect.objectContaining({ debt: -50, credits_issued: 50 })],
      ['debt_payment', { wallet: -30, debt: 30, credits_promo: 30, credits_spent: -30 }],
    ]);
  });

  it('are left on hold by a refund that takes held credits', async () => {
    const intent = await stand.buy('hal');
    await stand.promote('hal', 20);
    const { hold } = await stand.hold('hal', 70);
    await stand.refund(intent, 5000n);

    expect(await stand.sql('select held::int from holds where id = $1', [hold.id])).toEqual([{ held: 20 }]);
    expect(await stand.standing('hal')).toEqual({ credits: 20, held: 20, frozen: 0, owed: 0 });
  });

  it.each<[string, number, (userId: string, holdId: string) => Promise<unknown>]>([
    ['is settled for less', 15, (userId, holdId) => stand.settle(userId, holdId, 5)],
    ['is settled for nothing', 20, (userId, holdId) => stand.settle(userId, holdId, 0)],
    ['is released', 20, (userId, holdId) => stand.release(userId, holdId)],
    ['runs out', 20, (userId) => stand.pass(userId, 7_201)],
  ])('are left on hold by a debt, and pay it when the hold %s', async (how, pays, end) => {
    const userId = `owes when it ${how}`;
    const intent = await stand.buy(userId);
    await stand.promote(userId, 20);
    const { hold } = await stand.hold(userId, 20, { ttlSeconds: 7_200 });
    await stand.spend(userId, 50);
    await stand.refund(intent, 5000n);
    expect(await stand.standing(userId)).toEqual({ credits: 20, held: 20, frozen: 0, owed: 50 });

    await end(userId, hold.id);

    expect(await stand.standing(userId)).toEqual({ credits: 0, held: 0, frozen: 0, owed: 50 - pays });
    expect((await stand.postings(userId)).at(-1)).toEqual([
      'debt_payment',
      { wallet: -pays, debt: pays, credits_promo: pays, credits_spent: -pays },
    ]);
  });

  it('pay a debt from several holds that end at once, each once', async () => {
    const intent = await stand.buy('hij');
    await stand.promote('hij', 30);
    const holds = [];
    for (const credits of [10, 10, 10])
      holds.push((await stand.hold('hij', credits, { ttlSeconds: 7_200 })).hold.id);
    await stand.spend('hij', 50);
    await stand.refund(intent, 5000n);
    const [one, two, three] = holds as [string, string, string];

    await Promise.all([
      stand.settle('hij', one, 4),
      stand.settle('hij', two, 0),
      stand.release('hij', three),
    ]);

    expect(await stand.standing('hij')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 24 });
  });

  it('pay no debt when they expired on hold', async () => {
    const intent = await stand.buy('hed');
    await stand.promote('hed', 20, { expiresAt: inHours(1) });
    const { hold } = await stand.hold('hed', 20, { ttlSeconds: 7_200 });
    await stand.spend('hed', 50);
    await stand.refund(intent, 5000n);
    await stand.pass('hed', 5_400);

    await stand.release('hed', hold.id);

    expect(await stand.standing('hed')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 50 });
  });
});

describe('A grant', () => {
  it('is given once under its key in its campaign, whoever asks for whom', async () => {
    const first = await stand.promote('ida', 20, { key: 'referral-7' });
    const again = await stand.promote('ida', 20, { key: 'referral-7' });
    const changed = await stand.promote('ida', 21, { key: 'referral-7' });
    const forAnother = await stand.promote('ida_again', 20, { key: 'referral-7' });

    expect(again).toEqual({ ...first, outcome: 'replayed' });
    for (const result of [changed, forAnother])
      expect(result).toMatchObject({ outcome: 'refused', problem: { code: 'IDEMPOTENCY_CONFLICT' } });
    expect(await stand.standing('ida')).toMatchObject({ credits: 20 });
    expect(await stand.standing('ida_again')).toMatchObject({ credits: 0 });
  });

  it('is replayed after its credits expired and its campaign ended', async () => {
    await stand.campaign('short');
    const input = { key: 'k', campaign: 'short', expiresAt: inHours(1) };
    const first = await stand.promote('jim', 5, input);
    await stand.campaign('short', { endsAt: new Date(Date.now() - 1000) });

    expect(await stand.promote('jim', 5, input)).toEqual({ ...first, outcome: 'replayed' });
    expect(await stand.promote('jim', 5, { ...input, key: 'l' })).toMatchObject({
      problem: { code: 'INVALID_STATE', current: 'ended' },
    });
  });

  it('beyond the budget is refused and harms none beside it', async () => {
    await stand.campaign('small', { budgetCredits: 100n });
    const grants = Array.from({ length: 7 }, (_, nth) => ({
      userId: `kim_${nth}`,
      credits: 30n,
      key: `k${nth}`,
      reason: 'Early bird',
    }));
    const results = await grantCredits(stand.deps, service, { campaign: 'small', grants });

    expect(results.filter(({ outcome }) => outcome === 'granted')).toHaveLength(3);
    expect(results.filter(({ outcome }) => outcome === 'refused')).toHaveLength(4);
    expect(
      await stand.sql(`select granted_credits::int as given from campaigns where key = 'small'`),
    ).toEqual([{ given: 90 }]);
    // What is left is enough for less.
    expect(await stand.promote('kim', 10, { campaign: 'small' })).toMatchObject({ outcome: 'granted' });
    expect(await stand.promote('kim', 1, { campaign: 'small' })).toMatchObject({
      problem: { code: 'INVALID_STATE', current: 'over_budget' },
    });
  });

  it.each([
    ['of no credits', { credits: 0n }, 'INVALID_INPUT'],
    ['of fewer than none', { credits: -5n }, 'INVALID_INPUT'],
    ['that has expired', { expiresAt: new Date(0) }, 'INVALID_INPUT'],
    ['without a reason', { reason: '' }, 'INVALID_INPUT'],
    ['without a key', { key: '' }, 'INVALID_INPUT'],
    ['to nobody', { userId: '' }, 'NOT_FOUND'],
  ])('%s is refused, and those beside it are given', async (_, wrong, code) => {
    const good = { userId: 'lea', credits: 1n, key: Math.random().toString(), reason: 'Hello' };
    const grants = [{ ...good, key: `${good.key}-wrong`, ...wrong }, good];
    const [refused, given] = await grantCredits(stand.deps, service, { campaign: 'gifts', grants });

    expect(refused).toMatchObject({ outcome: 'refused', problem: { code } });
    expect(given).toMatchObject({ outcome: 'granted' });
  });

  it('cannot make a balance that nobody can be told', async () => {
    await stand.adjust('max', Number.MAX_SAFE_INTEGER - 1);
    expect(await stand.promote('max', 2)).toMatchObject({ problem: { code: 'INVALID_INPUT' } });
    expect(await stand.promote('max', 1)).toMatchObject({ outcome: 'granted' });
  });

  it('is nothing that a user can give, or an operator below finance', async () => {
    const input = { campaign: 'gifts', grants: [{ userId: 'mia', credits: 5n, key: 'k', reason: 'Mine' }] };
    for (const caller of [as('mia'), { id: 'sup_1', role: 'support' as const }])
      expect(await codeOf(grantCredits(stand.deps, caller, input))).toBe('NOT_FOUND');
    expect(await codeOf(grantCredits(stand.deps, service, { ...input, grants: [] }))).toBe('INVALID_INPUT');
  });

  it('of a campaign that is not there is refused', async () => {
    expect(await stand.promote('nat', 1, { campaign: 'none' })).toMatchObject({
      problem: { code: 'NOT_FOUND' },
    });
  });
});

describe('A grant that is revoked', () => {
  it('loses what is free of it, and what is on hold when its hold ends; nothing else is touched', async () => {
    await stand.buy('oda');
    const { grantId } = await stand.promote('oda', 40, { expiresAt: inHours(1) });
    const { hold } = await stand.hold('oda', 30);

    const { grant, replayed } = await stand.revoke(grantId as string);
    expect({ taken: grant.revokedCredits, replayed }).toEqual({ taken: 10n, replayed: false });
    expect(await stand.standing('oda')).toMatchObject({ credits: 80, held: 30 });

    await stand.settle('oda', hold.id, 12);
    expect(await stand.standing('oda')).toMatchObject({ credits: 50, held: 0 });
    expect((await stand.postings('oda')).slice(-3)).toEqual([
      ['promo_revoke', { wallet: -10, credits_promo: 10 }],
      ['spend', { wallet: -12, credits_promo: 12 }],
      ['expiry', { wallet: -18, credits_promo: 18 }],
    ]);
  });

  it('is revoked once, and posts nothing when nothing is left', async () => {
    const { grantId } = await stand.promote('pam', 10);
    await stand.spend('pam', 10);

    expect(await stand.revoke(grantId as string)).toMatchObject({ replayed: false });
    expect(await stand.revoke(grantId as string)).toMatchObject({ replayed: true });
    expect((await stand.postings('pam')).map(([kind]) => kind)).toEqual(['promo_grant', 'spend']);
  });

  it('is not found where there is none', async () => {
    expect(await codeOf(stand.revoke('grt_none'))).toBe('NOT_FOUND');
  });
});

describe('A campaign', () => {
  const saved = (input: object) =>
    saveCampaign(stand.deps, finance, { key: 'c', name: 'C', budgetCredits: 10n, ...input });

  it.each([
    ['a key with capitals', { key: 'Welcome' }],
    ['no name', { name: ' ' }],
    ['no budget', { budgetCredits: 0n }],
    ['a budget that nobody can be told', { budgetCredits: 2n ** 53n }],
    ['grants that last no day', { expireAfterDays: 0 }],
  ])('with %s is refused', async (_, input) => {
    expect(await codeOf(saved(input))).toBe('INVALID_INPUT');
  });

  it('keeps a budget of at least what it gave', async () => {
    await stand.campaign('kept', { budgetCredits: 50n });
    await stand.promote('quy', 30, { campaign: 'kept' });

    expect(await codeOf(stand.campaign('kept', { budgetCredits: 29n }))).toBe('INVALID_INPUT');
    await stand.campaign('kept', { budgetCredits: 30n });
    expect(await stand.promote('quy', 1, { campaign: 'kept' })).toMatchObject({ outcome: 'refused' });
  });

  it('is made by finance alone', async () => {
    expect(await codeOf(saveCampaign(stand.deps, service, { key: 'c', name: 'C', budgetCredits: 1n }))).toBe(
      'NOT_FOUND',
    );
  });
});
