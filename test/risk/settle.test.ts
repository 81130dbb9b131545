// What risk decides once there is money, and what is counted of payments.
import { declined, doorOn, reading } from '../support/intents';
import { card, claimOf, intentOf, useRisk } from './stand';

const risk = useRisk();
const visa = card({ fingerprint: 'visa', country: 'US', funding: 'credit', cvcCheck: 'pass' });

const buy = async (userId: string, more = {}) => intentOf(await risk.claims()(claimOf(userId, more)));

it('counts a decline once, however often it is told, of user, device, network and card', async () => {
  await risk.useRules();
  const intent = await buy('ada', {
    fingerprintId: 'phone',
    payer: { address: '192.0.2.7', country: null, emailDomain: null, accountCreatedAt: null },
  });
  const fact = { ...declined('pay_told_twice'), card: visa };
  for (const _ of ['first', 'again']) await doorOn(risk.database.pool(), 'act')(reading(intent.id, fact));
  const told =
    await risk.rows(`select subject, tries_n, declines_n, declines_in_row, cardinality(cards) as cards,
    cardinality(users) as users from risk_counters where declines_n is not null order by subject`);
  expect(told).toEqual([
    {
      subject: 'address:192.0.2.0/24',
      tries_n: ['0', '1'],
      declines_n: ['0', '1'],
      declines_in_row: 1,
      cards: 1,
      users: 1,
    },
    {
      subject: 'card:visa',
      tries_n: ['0', '1'],
      declines_n: ['0', '1'],
      declines_in_row: 1,
      cards: null,
      users: 1,
    },
    {
      subject: 'device:phone',
      tries_n: ['0', '1'],
      declines_n: ['0', '1'],
      declines_in_row: 1,
      cards: 1,
      users: 1,
    },
    {
      subject: 'user:ada',
      tries_n: ['0', '1'],
      declines_n: ['0', '1'],
      declines_in_row: 1,
      cards: 1,
      users: null,
    },
  ]);
});

it('freezes what was bought with a wrong security code, and has a person look at it', async () => {
  await risk.useRules({ signal: 'cvc_failed', at_least: 1, weight: 30, decision: 'review' });
  const intent = await buy('bob');
  const { intent: paid } = await risk.pay(intent, card({ ...visa, cvcCheck: 'fail' }));

  expect(paid).toMatchObject({ status: 'succeeded', riskScore: 30, riskDecision: 'review' });
  expect(await risk.reviewsOf('bob')).toEqual([{ status: 'open', reason: 'rule', score: 30 }]);
  expect(await risk.frozenOf('bob')).toEqual({ balance: 50n, frozen: 50n });
  expect(await risk.decisionsOf('bob')).toMatchObject([
    { stage: 'claim', decision: 'allow', told: 'none', card: null },
    { stage: 'settle', decision: 'review', told: 'frozen', card: 'visa' },
  ]);
});

it('freezes nothing where it only observes, and says what it would have', async () => {
  await risk.useRules({ signal: 'cvc_failed', at_least: 1, decision: 'block' });
  const intent = await buy('cyd');
  const { intent: paid } = await risk.pay(intent, card({ cvcCheck: 'fail' }), 'observe');

  expect(paid.riskDecision).toBe('block');
  expect(await risk.reviewsOf('cyd')).toEqual([]);
  expect(await risk.frozenOf('cyd')).toEqual({ balance: 50n, frozen: 0n });
});

it('has a person look at what was to be reviewed before the money came, whatever the card says', async () => {
  await risk.useRules({ signal: 'is_first_purchase', at_least: 1, decision: 'review', stage: 'claim' });
  await risk.pay(await buy('dan'), visa);

  expect(await risk.reviewsOf('dan')).toMatchObject([{ status: 'open' }]);
});

it('lets pass who was challenged and proved who it is, and has a person look where the bank did not ask', async () => {
  await risk.useRules({ signal: 'is_first_purchase', at_least: 1, decision: 'challenge' });
  const challenge = { forceAuthentication: true } as const;
  await risk.pay(await buy('eve', { challenge }), card({ isThreeDSecurePassed: true }));
  await risk.pay(await buy('fay', { challenge }), card({ isThreeDSecurePassed: false }));
  await risk.pay(await buy('gus'), visa);

  expect(await risk.reviewsOf('eve')).toEqual([]);
  expect(await risk.reviewsOf('fay')).toHaveLength(1);
  expect(await risk.reviewsOf('gus')).toHaveLength(1);
});

it('blocks who was declined too often in a row, and counts anew after a payment that went well', async () => {
  await risk.useRules({ signal: 'user_declines_in_row', at_least: 3, decision: 'block', stage: 'claim' });
  const intent = await buy('hal');
  for (const fingerprint of ['a', 'b']) await risk.decline(intent, card({ fingerprint }));
  await buy('hal');
  await risk.decline(intent, card({ fingerprint: 'c' }));
  expect((await risk.claims()(claimOf('hal'))).outcome).toBe('blocked');
  await risk.pay(intent, visa);
  expect((await risk.claims()(claimOf('hal'))).outcome).toBe('created');
});

it('counts a dispute of its user, and trouble of the device and the card', async () => {
  await risk.useRules({ signal: 'card_troubles', at_least: 1, decision: 'review' });
  const intent = await buy('ida', { fingerprintId: 'tablet' });
  await risk.pay(intent, card({ fingerprint: 'stolen' }));
  await risk.rows(`select count_trouble('ida', $1, 'dispute')`, [intent.id]);
  const counted = await risk.rows(
    `select subject, disputes, troubles from risk_counters where disputes + troubles > 0 order by subject`,
  );
  await risk.pay(await buy('jon'), card({ fingerprint: 'stolen' }));

  expect(counted).toEqual([
    { subject: 'card:stolen', disputes: 0, troubles: 1 },
    { subject: 'device:tablet', disputes: 0, troubles: 1 },
    { subject: 'user:ida', disputes: 1, troubles: 0 },
  ]);
  expect(await risk.reviewsOf('jon')).toHaveLength(1);
});
