// Codes that are typed when something is bought: judged when they are typed, given when it is paid, and told either way.
import { type SavePromoCodeInput, savePromoCode } from '../../src/grants/save-promo-code';
import { finance, useCreditStand } from '../credits/stand';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { captured, claimIntents, doorOn, reading } from '../support/intents';

const stand = useCreditStand();
let gateways: readonly GatewayProcess[];

beforeAll(async () => {
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  gateways = await Promise.all([startGateway(env), startGateway(env)]);
});
afterAll(stopGateways);

const save = (more: Partial<SavePromoCodeInput> = {}) =>
  savePromoCode(stand.deps, finance, { campaign: 'gifts', credits: 30n, ...more });
const as = (userId: string, nth = 0) => gateways[nth]!.as(userId);
let keys = 0;

const buy = (client: Client, promoCode: string | null, more: object = {}) =>
  client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', promoCode, idempotencyKey: `k${++keys}`, ...more },
    'replayed intent { id promo { code credits outcome } }',
  );
const pay = (client: Client, id: string) =>
  client.mutate(
    'simulatePayment',
    { id, outcome: 'succeed' },
    'intent { status promo { credits outcome } } balance { credits promotional }',
  );

describe('A code that is typed with a purchase', () => {
  it('brings its credits when that is paid, once a user, and says what came of it', async () => {
    const { code } = await save({ code: 'FIRST-30-2026', firstPurchaseOnly: true });
    const ada = await as('ada');
    const { intent } = await buy(ada, ' first 30 2026');
    expect(intent.promo).toEqual({ code, credits: 30, outcome: null });
    expect(await pay(ada, intent.id)).toMatchObject({
      intent: { status: 'succeeded', promo: { outcome: 'redeemed' } },
      balance: { credits: 80, promotional: 30 },
    });
    const again = await buy(ada, code);
    expect(again.errors).toMatchObject([
      { code: 'INVALID_STATE', message: 'You have redeemed this code already.' },
    ]);
  });

  it('of first purchases is for nobody who has bought before, and is not redeemed without a purchase', async () => {
    const { code } = await save({ firstPurchaseOnly: true });
    const bea = await as('bea');
    await pay(bea, (await buy(bea, null)).intent.id);
    expect((await buy(bea, code)).errors).toMatchObject([
      { code: 'INVALID_STATE', message: 'This code is for a first purchase.' },
    ]);
    const redeemed = await (await as('cid')).mutate('redeemPromoCode', { code }, 'grant { id }');
    expect(redeemed.errors).toMatchObject([
      {
        code: 'INVALID_STATE',
        message: 'This code is redeemed with a purchase: type it when you buy.',
      },
    ]);
  });

  it('that others used up meanwhile brings nothing, and the purchase says so and stands', async () => {
    const { code } = await save({ totalLimit: 1 });
    const [dan, eve] = [await as('dan'), await as('eve', 1)];
    const [of_dan, of_eve] = [await buy(dan, code), await buy(eve, code)];
    await pay(dan, of_dan.intent.id);
    expect(await pay(eve, of_eve.intent.id)).toMatchObject({
      intent: { status: 'succeeded', promo: { credits: 30, outcome: 'exhausted' } },
      balance: { credits: 50, promotional: 0 },
    });
    expect((await buy(await as('fay'), code)).errors).toMatchObject([
      { code: 'INVALID_STATE', message: 'Others were faster: nothing is left of this code.' },
    ]);
  });

  it('that ended after it was typed is given: typing counts', async () => {
    const { code } = await save();
    const gus = await as('gus');
    const { intent } = await buy(gus, code);
    await save({ code, endsAt: new Date(Date.now() - 1000) });
    expect((await pay(gus, intent.id)).intent.promo.outcome).toBe('redeemed');
    expect((await buy(await as('hal'), code)).errors).toMatchObject([{ message: 'This code has ended.' }]);
  });

  it('is for the packages that it names', async () => {
    const { code } = await save({ packageIds: ['large'] });
    const ida = await as('ida');
    expect((await buy(ida, code)).errors).toMatchObject([{ message: 'This code is for other packages.' }]);
    expect((await buy(ida, code, { packageId: 'large' })).errors).toEqual([]);
  });

  it('for some packages is redeemed with these and not without a purchase', async () => {
    const { code } = await save({ packageIds: ['large'] });
    const lea = await as('lea');
    const { errors } = await lea.mutate('redeemPromoCode', { code }, 'grant { id }');
    expect(errors).toMatchObject([
      {
        code: 'INVALID_STATE',
        message: 'This code is redeemed with a purchase: type it when you buy.',
      },
    ]);
    expect(await stand.standing('lea')).toMatchObject({ credits: 0 });
  });

  it.each([{}, { firstPurchaseOnly: true }, { packageIds: ['small'] }])(
    'of which the budget has nothing left is refused before anybody pays, also with %j',
    async (kind) => {
      await stand.campaign('poor', { budgetCredits: 20n });
      const { code } = await save({ campaign: 'poor', ...kind });
      expect((await buy(await as('max'), code)).errors).toMatchObject([
        { code: 'INVALID_STATE', message: 'Others were faster: nothing is left of this code.' },
      ]);
    },
  );

  it('needs a key, is part of what the key is compared by, and is not looked at again for a repeat', async () => {
    const { code } = await save();
    const jim = await as('jim');
    expect((await buy(jim, code, { idempotencyKey: null })).errors).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
    const first = await buy(jim, code, { idempotencyKey: 'mine' });
    await save({ code, endsAt: new Date(Date.now() - 1000) });
    expect(await buy(jim, code, { idempotencyKey: 'mine' })).toMatchObject({
      ...{ replayed: true, intent: { id: first.intent.id } },
    });
    const other = await save();
    expect((await buy(jim, other.code, { idempotencyKey: 'mine' })).errors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  it('costs who guesses as much as elsewhere', async () => {
    const { code } = await save();
    const kim = await as('kim');
    for (let nth = 0; nth < 10; nth++)
      expect((await buy(kim, `WRONG-CODE-${nth}`)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await buy(kim, code)).errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    await stand.sql('delete from promo_tries');
  });
});

/** Two purchases of each user, with one code, that are paid at once. */
async function twoOf(users: readonly string[], code: string): Promise<string[][]> {
  const ids = await Promise.all(
    users.map(async (user) => (await claimIntents(stand.deps.pool, [user, user])).map(({ id }) => id)),
  );
  await stand.sql('update intents set promo_code = $1, promo_credits = 30 where id = any($2)', [
    code,
    ids.flat(),
  ]);
  return ids;
}

it('of two first purchases that are paid at once exactly one brings it: 40 users, apart and in one set', async () => {
  const { code } = await save({ firstPurchaseOnly: true });
  const users = Array.from({ length: 40 }, (_, nth) => `twin_${nth}`);
  const ids = await twoOf(users, code);
  const doors = [doorOn(stand.deps.pool), doorOn(stand.database.pool())];
  await Promise.all(
    ids.flatMap((pair, nth) =>
      // Every other pair through one door, where both may stand in one set.
      pair.map((id, at) => doors[nth % 2 === 0 ? 0 : at]!(reading(id, captured(`ch_${id}`)))),
    ),
  );
  const outcomes = await stand.sql(
    `select promo_outcome as outcome, count(*)::int as times from intents where promo_code = $1 group by 1 order by 1`,
    [code],
  );
  expect(outcomes.reduce((all, { times }) => all + times, 0)).toBe(80);
  expect(outcomes.find(({ outcome }) => outcome === 'redeemed')).toEqual({ outcome: 'redeemed', times: 40 });
  for (const user of users) expect(await stand.standing(user)).toMatchObject({ credits: 130 });
});

it('the last five of a code go to five of 60 purchases that are paid at once at two doors', async () => {
  const { code } = await save({ totalLimit: 5 });
  const users = Array.from({ length: 60 }, (_, nth) => `rush_${nth}`);
  const ids = (await claimIntents(stand.deps.pool, users)).map(({ id }) => id);
  await stand.sql('update intents set promo_code = $1, promo_credits = 30 where id = any($2)', [code, ids]);
  const doors = [doorOn(stand.deps.pool), doorOn(stand.database.pool())];
  await Promise.all(ids.map((id, nth) => doors[nth % 2]!(reading(id, captured(`ch_${id}`)))));
  expect(
    await stand.sql(
      `select promo_outcome as outcome, count(*)::int as times from intents where promo_code = $1 group by 1 order by 1`,
      [code],
    ),
  ).toEqual([
    { outcome: 'exhausted', times: 55 },
    { outcome: 'redeemed', times: 5 },
  ]);
});
