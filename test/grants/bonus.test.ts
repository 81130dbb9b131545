// What a purchase brings beside the credits that are paid for, and what becomes of it when its money goes back.
import { settleDispute } from '../../src/disputes/settle';
import { createReadIntent } from '../../src/intents/find';
import type { ProviderDispute } from '../../src/providers/dispute';
import { codeOf, useCreditStand } from '../credits/stand';
import type { Client } from '../support/client';
import { startGateway, stopGateways } from '../support/gateway';
import { doorOn, reading, refunded } from '../support/intents';

const stand = useCreditStand();
afterAll(stopGateways);

const WITH_BONUS = { credits: 120, amountMinor: 12_000n, bonus: { credits: 20, days: null } };

const lots = (userId: string) =>
  stand.sql(
    'select granted::int, remaining::int, is_promotional as promo from lots where user_id = $1 order by id',
    [userId],
  );

/** What the bank says of all of a purchase. */
async function disputed(id: string, status: ProviderDispute['status'], readNumber: number): Promise<void> {
  const intent = await createReadIntent(stand.deps.pool)(id);
  if (!intent) throw new Error('No intent');
  await settleDispute(stand.deps, {
    ...{ intent, readNumber, notes: [] },
    object: {
      ...{ providerDisputeId: `dp_${id}`, providerPaymentId: `ch_${id}`, phase: 'chargeback', status },
      ...{ providerIntentId: intent.providerIntentId, amountWithdrawnMinor: 0n },
      amount: { amountMinor: intent.amountMinor, currency: 'INR' },
      ...{ reason: 'fraudulent', needsAnswer: true, respondBy: null, createdAt: 1_795_000_000 },
    },
  });
}

describe('The bonus of a package', () => {
  it('is given with the purchase, as a grant of its own that names it, and pays what is owed', async () => {
    const intentId = await stand.buy('ada', null, WITH_BONUS);

    expect(await stand.standing('ada')).toMatchObject({ credits: 140 });
    expect(await lots('ada')).toEqual([
      { granted: 120, remaining: 120, promo: false },
      { granted: 20, remaining: 20, promo: true },
    ]);
    expect((await stand.postings('ada')).at(-1)).toEqual(['promo_grant', { credits_promo: -20, wallet: 20 }]);
    expect(
      await stand.sql('select campaign, credits::int, reason from credit_grants where intent_id = $1', [
        intentId,
      ]),
    ).toEqual([{ campaign: null, credits: 20, reason: 'Bonus of Small' }]);
  });

  it('goes back by the share of the money that goes back, and returns when the money does', async () => {
    const id = await stand.buy('bea', null, WITH_BONUS);
    const door = doorOn(stand.deps.pool);
    const back = (refund: string, minor: bigint, status = 'succeeded') =>
      door(reading(id, refunded(`ch_${id}`, refund, minor, status)));
    await back('re_bea_1', 6_000n, 'pending');
    expect(await lots('bea')).toEqual([
      { granted: 120, remaining: 60, promo: false },
      { granted: 20, remaining: 10, promo: true },
    ]);
    // A third of a credit is none, and the last part has the rest.
    await back('re_bea_2', 500n);
    await back('re_bea_3', 5_500n);
    expect(await stand.standing('bea')).toMatchObject({ credits: 0, owed: 0 });
    await back('re_bea_1', 6_000n, 'failed');

    expect(await stand.standing('bea')).toMatchObject({ credits: 70, owed: 0 });
    expect(await lots('bea')).toEqual([
      { granted: 120, remaining: 60, promo: false },
      { granted: 20, remaining: 10, promo: true },
    ]);
    expect((await stand.postings('bea')).filter(([kind]) => kind.startsWith('promo'))).toEqual([
      ['promo_grant', { credits_promo: -20, wallet: 20 }],
      ['promo_revoke', { wallet: -10, credits_promo: 10 }],
      ['promo_revoke', { wallet: -10, credits_promo: 10 }],
      ['promo_grant', { wallet: 10, credits_promo: -10 }],
    ]);
  });

  it('stays as far as it is spent: half of 120 + 20 goes back after 5 of the bonus were spent, and 60 and 10 are taken', async () => {
    const id = await stand.buy('cid', null, WITH_BONUS);
    await stand.spend('cid', 5);
    await stand.refund(id, 6_000n);
    expect(await lots('cid')).toEqual([
      { granted: 120, remaining: 60, promo: false },
      { granted: 20, remaining: 5, promo: true },
    ]);
    await stand.refund(id, 6_000n);
    expect(await stand.standing('cid')).toMatchObject({ credits: 0, owed: 0 });
  });

  it('pays no debt that its own refund makes', async () => {
    const id = await stand.buy('dan', null, WITH_BONUS);
    await stand.spend('dan', 140);
    await stand.promote('dan', 7);
    await stand.spend('dan', 7);
    await stand.refund(id, 12_000n);
    expect(await stand.standing('dan')).toMatchObject({ credits: 0, owed: 120 });

    const other = await stand.buy('eve', null, { ...WITH_BONUS, bonus: { credits: 20, days: 1 } });
    await stand.hold('eve', 20);
    await stand.spend('eve', 120);
    await stand.release('eve', (await stand.sql(`select id from holds where user_id = 'eve'`))[0]?.id);
    await stand.refund(other, 12_000n);
    expect(await stand.standing('eve')).toMatchObject({ credits: 0, owed: 120 });
  });

  it('that is on hold while its money goes back is taken when the hold lets go of it, and no more than that', async () => {
    const bought = { ...WITH_BONUS, bonus: { credits: 20, days: 30 } };
    const [whole, half] = [await stand.buy('hana', null, bought), await stand.buy('ines', null, bought)];
    const held = (userId: string) => stand.hold(userId, 20);
    const [first, second, third] = [await held('hana'), await held('ines'), await held('ines')];
    await stand.refund(whole, 12_000n);
    await stand.refund(half, 6_000n);
    expect(await stand.standing('hana')).toMatchObject({ credits: 20, held: 20 });

    await stand.release('hana', first.hold.id);
    expect(await stand.standing('hana')).toMatchObject({ credits: 0, held: 0, owed: 0 });
    expect((await stand.postings('hana')).at(-1)).toEqual([
      'promo_revoke',
      { wallet: -20, credits_promo: 20 },
    ]);
    // Of half of the money half of the bonus: 3 of the 20 are used, and of the other 17 the 10 are taken.
    await stand.settle('ines', second.hold.id, 3);
    expect(await stand.standing('ines')).toMatchObject({ credits: 67, held: 20 });
    await stand.release('ines', third.hold.id);
    expect(await stand.standing('ines')).toMatchObject({ credits: 67, held: 0 });
    expect(await stand.sql(`select 1 from bonus_dues where user_id in ('hana', 'ines', 'jana')`)).toEqual([]);
  });

  it('that was spent and is given back after its money went is not left to be spent again, and returns with the money', async () => {
    const id = await stand.buy('jana', null, { ...WITH_BONUS, bonus: { credits: 20, days: 30 } });
    const { journalId } = await stand.spend('jana', 20);
    const back = (status: string) =>
      doorOn(stand.deps.pool)(reading(id, refunded(`ch_${id}`, 're_jana', 12_000n, status)));
    await back('succeeded');
    await stand.reverse(journalId, { credits: 15 });
    expect(await stand.standing('jana')).toMatchObject({ credits: 0, owed: 0 });
    await back('failed');
    expect(await stand.standing('jana')).toMatchObject({ credits: 135, owed: 0 });

    await stand.reverse(journalId);
    expect(await stand.standing('jana')).toMatchObject({ credits: 140 });
    expect(await stand.sql(`select 1 from bonus_dues where user_id in ('hana', 'ines', 'jana')`)).toEqual([]);
  });

  it('that an expired hold lets go of is taken before it pays a debt', async () => {
    const id = await stand.buy('kurt', null, { ...WITH_BONUS, bonus: { credits: 20, days: 30 } });
    await stand.hold('kurt', 20);
    await stand.spend('kurt', 120);
    await stand.refund(id, 12_000n);
    expect(await stand.standing('kurt')).toMatchObject({ credits: 20, held: 20, owed: 120 });
    await stand.pass('kurt', 3_600);
    expect(await stand.standing('kurt')).toMatchObject({ credits: 0, held: 0, owed: 120 });
  });

  it('is taken by a lost dispute, and comes back once when it is won after all', async () => {
    const id = await stand.buy('fay', null, WITH_BONUS);
    await disputed(id, 'lost', 101);
    expect(await stand.standing('fay')).toMatchObject({ credits: 0, owed: 0 });
    await disputed(id, 'won', 102);
    await disputed(id, 'won', 103);
    expect(await stand.standing('fay')).toMatchObject({ credits: 140, owed: 0 });
  });

  it('that was revoked by hand stays away, whatever becomes of the money', async () => {
    const id = await stand.buy('gus', null, WITH_BONUS);
    const [grant] = await stand.sql('select id from credit_grants where intent_id = $1', [id]);
    await stand.revoke(grant.id);
    await stand.refund(id, 6_000n);
    expect(await stand.standing('gus')).toMatchObject({ credits: 60, owed: 0 });
  });
});

describe('Over HTTP', () => {
  let admin: Client;
  let shop: Client;

  beforeAll(async () => {
    const gateway = await startGateway({ DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' });
    admin = await gateway.as('admin', 'admin');
    shop = await gateway.as('hal');
  });

  it('a buyer sees the bonus before buying, has it afterwards, and a refund says what it would take', async () => {
    const prices = [{ currency: 'INR', amountMinor: '10000' }];
    const input = {
      id: 'lucky',
      name: 'Lucky',
      credits: 100,
      prices,
      bonusCredits: 25,
      bonusExpireAfterDays: 30,
    };
    const saved = await admin.mutate('savePackage', input, 'package { bonusCredits bonusExpireAfterDays }');
    expect(saved).toMatchObject({ errors: [], package: { bonusCredits: 25, bonusExpireAfterDays: 30 } });
    const { data } = await shop.query('{ package(id: "lucky") { bonusCredits bonusExpireAfterDays } }');
    expect(data.package).toEqual({ bonusCredits: 25, bonusExpireAfterDays: 30 });

    const { intent } = await shop.mutate(
      'createIntent',
      { packageId: 'lucky' },
      'intent { id bonusCredits }',
    );
    expect(intent.bonusCredits).toBe(25);
    const paid = await shop.mutate(
      'simulatePayment',
      { id: intent.id, outcome: 'succeed' },
      'balance { credits promotional lots { remaining source expiresAt } }',
    );
    expect(paid.balance).toMatchObject({ credits: 125, promotional: 25 });
    expect(paid.balance.lots).toEqual([
      { remaining: 25, source: 'promo', expiresAt: expect.any(String) },
      { remaining: 100, source: 'purchase', expiresAt: null },
    ]);
    await shop.mutate(
      'spendCredits',
      { credits: 15, reason: 'A picture', idempotencyKey: 'one' },
      'transaction { id }',
    );
    const asked = await admin.query(
      `query ($id: ID!) { intent(id: $id) { all: refundPreview { bonusToRevoke bonusSpent wouldOwe }
        half: refundPreview(amountMinor: "5000") { creditsToRevoke bonusToRevoke bonusSpent } } }`,
      { id: intent.id },
    );
    expect(asked.data.intent).toEqual({
      all: { bonusToRevoke: 10, bonusSpent: 15, wouldOwe: 0 },
      half: { creditsToRevoke: 50, bonusToRevoke: 10, bonusSpent: 2 },
    });
  });

  it.each([
    ['of no credits', { bonusCredits: 0 }, 'bonusCredits'],
    ['that expires and is none', { bonusExpireAfterDays: 3 }, 'bonusExpireAfterDays'],
    ['that expires before it begins', { bonusCredits: 3, bonusExpireAfterDays: 0 }, 'bonusExpireAfterDays'],
  ])('a bonus %s is not saved', async (_, more, field) => {
    const prices = [{ currency: 'INR', amountMinor: '10000' }];
    const saved = await admin.mutate(
      'savePackage',
      { id: 'odd', name: 'Odd', credits: 100, prices, ...more },
      'package { id }',
    );
    expect(saved.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', field] }]);
  });

  it('what a person saw without the bonus is not what is sold', async () => {
    const prices = [{ currency: 'INR', amountMinor: '10000' }];
    const seen = { package: { name: 'Lucky', credits: 100, prices, active: true } };
    const saved = await admin.mutate(
      'savePackage',
      { id: 'lucky', name: 'Lucky', credits: 110, prices, seen },
      'package { id }',
    );
    expect(saved.errors).toMatchObject([{ code: 'STALE_FIGURES' }]);
  });
});

it('nobody gives a bonus twice: the database has room for one of each kind', async () => {
  const id = await stand.buy('ian', null, WITH_BONUS);
  const again = stand.sql(
    `insert into credit_grants (id, key_hash, input_hash, user_id, credits, reason, journal_id, created_by, created_at, intent_id)
     select 'grt_again', 'x', 'x', user_id, credits, reason, -1, created_by, created_at, intent_id
     from credit_grants where intent_id = $1`,
    [id],
  );
  expect(await codeOf(again)).toBe('23505');
});
