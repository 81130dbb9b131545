// Purchases that wait for a person, from outside: users and operators by GraphQL over HTTP, the bank and the networks of cards by
// the simulator, at both providers. A small package is 50 credits for INR 50.00.

import { eventually } from '../support/eventually';
import { type Paid, PROVIDERS, type Provider, useBooks } from './books-stand';

const stand = useBooks({ RISK: 'act', RISK_REVIEW_HOURS: '2' });

const balance = (credits: number, { frozen = 0, owed = 0 } = {}) => ({
  ...{ credits, available: credits - frozen, held: 0, frozen, owed },
});

const REVIEWS = `query { admin { riskReviews(first: 100, status: null) { nodes {
  id reason status frozenCredits decidedBy intent { id } } } } }`;

/** The reviews of a purchase, oldest first. */
const reviewsOf = async ({ id }: Paid): Promise<Record<string, any>[]> =>
  (await stand.finance.query(REVIEWS)).data.admin.riskReviews.nodes.filter(
    ({ intent }: any) => intent.id === id,
  );

const PREPAID = {
  thresholds: { challenge: 40, review: 60, block: 80 },
  rules: [{ code: 'prepaid', signal: 'card_prepaid', at_least: 1, weight: 70, stage: 'settle' }],
};

beforeAll(async () => {
  const admin = await stand.as('adm_1', 'admin');
  const { rules } = await admin.mutate('proposeRiskRules', { document: PREPAID }, 'rules { version }');
  const active = await admin.mutate('activateRiskRules', { version: rules.version }, 'rules { state }');
  expect(active).toEqual({ rules: { state: 'active' }, errors: [] });
});

/** A purchase whose card a rule wants looked at. */
async function reviewed(provider: Provider): Promise<Paid & { reviewId: string }> {
  const paid = await stand.opened(provider);
  await paid.play('succeed_prepaid', { isLost: true });
  await paid.sync();
  const [review] = await reviewsOf(paid);
  expect(review).toMatchObject({ reason: 'rule', status: 'open', frozenCredits: 50 });
  return { ...paid, reviewId: review?.id };
}

const decide = async (id: string, approve: boolean) =>
  stand.finance.mutate(
    'decideRiskReview',
    { id, approve, note: 'Looked at it.' },
    'review { status intent { refunds { nodes { status } } } }',
  );

/** How a thief's credits are used: at once. */
const spend = async (paid: Paid, credits: number): Promise<string[]> => {
  const { errors } = await paid.client.mutate(
    'spendCredits',
    { credits, reason: 'A picture', idempotencyKey: `spend-${paid.id}-${credits}` },
    'replayed',
  );
  return errors.map(({ code }: { code: string }) => code);
};

/** The word of a fraud that each provider has. */
const WARNING = { stripe: 'early_fraud_warning', razorpay: 'dispute_fraud' } as const;

async function warned(paid: Paid): Promise<string> {
  await paid.play(WARNING[paid.provider]);
  const reviews = await eventually(
    () => reviewsOf(paid),
    ([review]) => review,
  );
  return reviews[0]?.id;
}

describe.each(PROVIDERS)('At %s', (provider) => {
  // After each of them our books and the provider's are equal, and the ledger is whole.
  afterEach(() => stand.expectAgreement(provider));

  it('a rule that reviews leaves its reason to support, and the payer hears nothing of it', async () => {
    const paid = await reviewed(provider);
    const SEEN = `query ($id: ID!) { intent(id: $id) { status riskScore riskDecision riskSignals { code } } }`;
    const { data } = await stand.finance.query(SEEN, { id: paid.id });
    expect(data.intent).toEqual({
      ...{ status: 'succeeded', riskScore: 70, riskDecision: 'review', riskSignals: [{ code: 'prepaid' }] },
    });
    expect((await paid.client.query(SEEN, { id: paid.id })).data.intent).toEqual({
      ...{ status: 'succeeded', riskScore: null, riskDecision: null, riskSignals: null },
    });
    const told = await paid.client.query(
      'query ($id: ID!) { intent(id: $id) { status timeline { nodes { kind message } } } }',
      { id: paid.id },
    );
    expect(told.data.intent.status).toBe('succeeded');
    expect(JSON.stringify(told.data)).not.toMatch(/risk|rule|score|fraud|prepaid/i);
    // A card that the rule says nothing of is not looked at.
    expect(await reviewsOf(await stand.bought(provider))).toEqual([]);
  });

  it('what was bought is frozen until a person has looked, and can be spent once it is approved', async () => {
    const paid = await reviewed(provider);
    expect(await paid.balance()).toEqual(balance(50, { frozen: 50 }));
    expect(await spend(paid, 1)).toEqual(['INSUFFICIENT_CREDITS']);
    expect(await decide(paid.reviewId, true)).toMatchObject({ review: { status: 'approved' }, errors: [] });
    expect(await paid.balance()).toEqual(balance(50));
    expect(await spend(paid, 50)).toEqual([]);
    expect((await decide(paid.reviewId, false)).errors).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
  });

  it('a rejection sends the money back, and the credits with it, once', async () => {
    const paid = await reviewed(provider);
    const answers = await Promise.all([1, 2, 3].map(() => decide(paid.reviewId, false)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    await paid.until(({ refundedAmount }) => refundedAmount.amountMinor === '5000');
    expect((await paid.intent()).refunds.nodes).toMatchObject([{ amount: { amountMinor: '5000' } }]);
    expect(await paid.balance()).toEqual(balance(0));
    const [sent] = await stand.rows(
      `select body::jsonb as body from simulator.objects where provider = $1 and kind = 'refund' and root_id = $2`,
      [provider, paid.providerIntentId],
    );
    // Stripe has a word for it, which puts the card on a list; Razorpay has none.
    if (provider === 'stripe') expect(sent?.body).toMatchObject({ reason: 'fraudulent' });
  });

  it('a word of a fraud freezes what is there, and opens one review however often it comes', async () => {
    const paid = await stand.bought(provider);
    expect(await spend(paid, 20)).toEqual([]);
    await warned(paid);
    expect(await paid.balance()).toEqual(balance(30, { frozen: 30 }));
    expect(await reviewsOf(paid)).toMatchObject([
      { reason: provider === 'stripe' ? 'warning' : 'dispute_fraud', status: 'open', frozenCredits: 30 },
    ]);
  });

  it('a word of a fraud after everything was spent is a debt once the money goes back', async () => {
    const paid = await stand.bought(provider);
    expect(await spend(paid, 50)).toEqual([]);
    const id = await warned(paid);
    expect(await paid.balance()).toEqual(balance(0));
    expect((await decide(id, false)).errors).toEqual([]);
    await paid.until(({ refundedAmount }) => refundedAmount.amountMinor === '5000');
    expect(await paid.balance()).toEqual(balance(0, { owed: 50 }));
  });

  it('a dispute takes over what the review froze, and a chargeback leaves nothing to decide', async () => {
    const paid = await reviewed(provider);
    await paid.play('dispute_open');
    await paid.until(({ disputes }) => disputes[0]?.creditsFrozen === 50);
    expect(await reviewsOf(paid)).toMatchObject([{ status: 'open', frozenCredits: 0 }]);
    expect(await paid.balance()).toEqual(balance(50, { frozen: 50 }));
    await paid.play('dispute_lost');
    await paid.until(({ disputes }) => disputes[0]?.status === 'lost');
    expect(await paid.balance()).toEqual(balance(0));
    expect(await decide(paid.reviewId, true)).toMatchObject({ review: { status: 'approved' }, errors: [] });
    expect(await paid.balance()).toEqual(balance(0));
  });

  it('a dispute that is won leaves the credits to the review, and its rejection sends the money back', async () => {
    const paid = await reviewed(provider);
    await paid.play('dispute_open');
    await paid.until(({ disputes }) => disputes[0]?.creditsFrozen === 50);
    await paid.play('dispute_won');
    await paid.until(({ disputes }) => disputes[0]?.status === 'won');
    expect(await paid.balance()).toEqual(balance(50, { frozen: 50 }));
    expect((await decide(paid.reviewId, false)).errors).toEqual([]);
    await paid.until(({ refundedAmount }) => refundedAmount.amountMinor === '5000');
    expect(await paid.balance()).toEqual(balance(0));
  });
});

// Last: it moves the clock.
it('what nobody decides in time goes back by itself, at both providers', async () => {
  const waiting = await Promise.all(PROVIDERS.map(reviewed));
  const { data } = await stand.finance.query(`{ admin { riskReviews { nodes { id openedAt dueAt } } } }`);
  for (const { reviewId } of waiting) {
    const { openedAt, dueAt } = data.admin.riskReviews.nodes.find(
      ({ id }: { id: string }) => id === reviewId,
    );
    expect(Date.parse(dueAt) - Date.parse(openedAt)).toBe(2 * 3_600_000);
  }
  const admin = await stand.as('adm_1', 'admin');
  expect((await admin.mutate('advanceClock', { bySeconds: 3 * 3_600 }, 'clock { now }')).errors).toEqual([]);
  for (const paid of waiting) {
    await paid.until(({ refundedAmount }) => refundedAmount.amountMinor === '5000');
    expect(await reviewsOf(paid)).toMatchObject([
      { status: 'expired', decidedBy: 'system', frozenCredits: 0 },
    ]);
    expect(await paid.balance()).toEqual(balance(0));
  }
  // What came has gone, by our books and by the bank's. Fees are booked when they are reported.
  for (const paid of waiting) {
    const [ours] = await stand.rows(
      `select sum(amount)::int as minor, count(*)::int as lines from entries e join journal j on j.id = e.journal_id
       where j.intent_id = $1 and e.account = 'clearing_' || $2`,
      [paid.id, paid.provider],
    );
    const [theirs] = await stand.rows(
      `select sum(b.amount)::int as minor, count(*)::int as lines from simulator.balance_entries b
       join simulator.objects o on o.id = b.source where o.root_id = $1`,
      [paid.providerIntentId],
    );
    expect(ours).toEqual({ minor: 0, lines: 2 });
    expect(theirs).toEqual({ minor: 0, lines: 2 });
  }
});
