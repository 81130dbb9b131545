// Both sides of the books from outside: what differs, or bought nothing, is made at the bank, found over GraphQL and settled by
// each fix that is offered for it, and afterwards both sides agree.
import { type Paid, PROVIDERS, type Provider, useBooks } from './books-stand';

const stand = useBooks({ UNAPPLIED_REFUND: 'manual' });

const balanceOf = (credits: number, { frozen = 0, owed = 0 } = {}) => ({
  credits,
  available: credits - frozen,
  held: 0,
  frozen,
  owed,
});

/** The one break that is open about it. */
async function breakOf({ id }: Paid, kind: string) {
  const found = await stand.open({ intentId: id });
  expect(found).toMatchObject([{ kind }]);
  return found[0] as Record<string, any>;
}

/** Money that bought nothing: what a person sees of it, and the credits after each fix that is offered. */
const BOUGHT_NOTHING = {
  'INR 40.00 paid of 100.00': {
    make: stand.fortyOfHundred,
    kind: 'amount_mismatch',
    sides: { ours: ['10000', 'INR'], theirs: ['4000', 'INR'] },
    credits: { refund_at_provider: 0, apply_to_intent: 120, ignore: 0 },
  },
  'dollars paid for rupees': {
    make: stand.dollarsForRupees,
    kind: 'currency_mismatch',
    sides: { ours: ['5000', 'INR'], theirs: ['5000', 'USD'] },
    credits: { refund_at_provider: 0, apply_to_intent: 50, ignore: 0 },
  },
  'a second payment of one intent': {
    make: stand.paidTwice,
    kind: 'duplicate',
    sides: { theirs: ['5000', 'INR'] },
    credits: { refund_at_provider: 50, ignore: 50 },
  },
} as const;

const FIXED = PROVIDERS.flatMap((provider) =>
  Object.entries(BOUGHT_NOTHING).flatMap(([what, { credits }]) =>
    Object.entries(credits).map(([fix, after]) => ({ provider, what, fix, after })),
  ),
);

it.each(FIXED)('$what at $provider: after $fix both books agree', async ({ provider, what, fix, after }) => {
  const { make, kind, sides, credits } = BOUGHT_NOTHING[what as keyof typeof BOUGHT_NOTHING];
  const paid = await make(provider);
  const found = await breakOf(paid, kind);
  expect(found.fixes).toEqual(Object.keys(credits));
  for (const [side, [amountMinor, currency]] of Object.entries(sides))
    expect(found[side]).toEqual({ amountMinor, currency });

  expect(await stand.resolve(found.id, fix)).toMatchObject({
    break: { status: fix === 'ignore' ? 'ignored' : 'resolved', resolvedBy: 'fin_1' },
    errors: [],
  });

  expect(await paid.balance()).toEqual(balanceOf(after));
  await stand.expectAgreement(provider);
});

describe.each(PROVIDERS)('At %s', (provider: Provider) => {
  it('INR 100.00 refunded whole and then lost to the bank as well: a break says that 200.00 are gone', async () => {
    for (const [fix, status] of [
      ['accept_loss', 'resolved'],
      ['ignore', 'ignored'],
    ]) {
      const paid = await stand.bought(provider, 'medium');
      expect(await paid.refund({ amountCents: null })).toMatchObject({ errors: [] });
      await paid.play('dispute_open', { isLost: true });
      await paid.play('dispute_lost', { isLost: true });
      await paid.sync();

      const found = await breakOf(paid, 'more_back_than_paid');
      expect(found).toMatchObject({
        ours: { amountMinor: '10000', currency: 'INR' },
        theirs: { amountMinor: '20000', currency: 'INR' },
        fixes: ['accept_loss', 'ignore'],
      });
      expect(await paid.balance()).toEqual(balanceOf(0));
      expect(await stand.resolve(found.id, fix as string)).toMatchObject({ break: { status }, errors: [] });
    }
    await stand.expectAgreement(provider);
  });

  it.each(['book_fee', 'adjust'])(
    'a fee that the provider changed after it was booked is found, and %s settles it',
    async (fix) => {
      const paid = await stand.bought(provider);
      const key = await paid.paymentId();
      expect(await stand.reconcile(provider)).toMatchObject({ breakCount: 0 });
      const [line] = await stand.rows(
        `update simulator.balance_entries set fee = fee + 30 where source = $1
         returning id, fee::text as fee, payout_id as payout`,
        [key],
      );
      if (provider === 'razorpay')
        await stand.rows(
          `update simulator.balance_entries set amount = -(select sum(amount - fee) from simulator.balance_entries
             where payout_id = $1 and category <> 'settlement') where source = $1`,
          [line?.payout],
        );

      const { id: runId } = await stand.reconcile(provider);
      const found = await stand.open({ runId });
      expect(found).toContainEqual(
        expect.objectContaining({
          ...{
            subject: 'fee',
            kind: 'fee_mismatch',
            fixes: ['book_fee', 'adjust'],
            providerEntryId: line?.id,
          },
          ours: { amountMinor: String(Number(line?.fee) - 30), currency: 'INR' },
          theirs: { amountMinor: line?.fee, currency: 'INR' },
        }),
      );
      // Razorpay's payout left less than was booked: a difference of its own.
      expect(found).toHaveLength(provider === 'stripe' ? 1 : 2);
      for (const { id, subject } of found)
        expect((await stand.resolve(id, subject === 'fee' ? fix : 'adjust')).errors).toEqual([]);
      await stand.expectAgreement(provider);
    },
  );

  it('a refund of what was shown is refused with the new figure once more of it is there', async () => {
    const paid = await stand.bought(provider, 'medium');
    expect((await paid.refund({ amountCents: 4_000 })).errors).toEqual([]);
    await paid.play('refund_fails');
    await paid.until(({ refunds }) => refunds.nodes[0].status === 'failed');

    expect(await paid.refund({ amountCents: null, seenLeftCents: 6_000 })).toMatchObject({
      refund: null,
      errors: [
        {
          code: 'STALE_FIGURES',
          message: '₹100.00 can be refunded now, which is not what was shown. Nothing was sent.',
          figures: [{ name: 'left', money: { amountMinor: '10000', currency: 'INR' } }],
        },
      ],
    });

    expect((await paid.refund({ amountCents: null, seenLeftCents: 10_000 })).errors).toEqual([]);
    expect(await paid.balance()).toEqual(balanceOf(0));
    await stand.expectAgreement(provider);
  });

  it('a break is not settled by what was shown once a run has found another amount', async () => {
    const paid = await stand.bought(provider);
    const key = await paid.paymentId();
    const less = (by: number) =>
      stand.rows('update simulator.balance_entries set amount = amount - $2 where source = $1', [key, by]);
    await less(100);
    const shown = (await stand.open({ runId: (await stand.reconcile(provider)).id })).find(
      ({ providerEntryId }) => providerEntryId === key,
    ) as Record<string, any>;
    const seen = { ours: shown.ours, theirs: shown.theirs };
    expect(seen.theirs).toEqual({ amountMinor: '4900', currency: 'INR' });
    await less(200);
    const payouts =
      provider === 'stripe'
        ? []
        : await stand.rows(
            `update simulator.balance_entries p set amount = p.amount + 200 from simulator.balance_entries l
             where l.source = $1 and p.source = l.payout_id returning p.source`,
            [key],
          );
    const run = await stand.reconcile(provider);

    expect(await stand.resolve(shown.id, 'adjust', { seen })).toMatchObject({
      break: null,
      errors: [
        {
          code: 'STALE_FIGURES',
          message: 'Ours is ₹50.00 and theirs is ₹47.00 now, which is not what was shown. Nothing was done.',
          figures: [
            { name: 'ours', money: { amountMinor: '5000', currency: 'INR' } },
            { name: 'theirs', money: { amountMinor: '4700', currency: 'INR' } },
          ],
        },
      ],
    });

    const now = { ...seen, theirs: { amountMinor: '4700', currency: 'INR' } };
    expect((await stand.resolve(shown.id, 'adjust', { seen: now })).errors).toEqual([]);
    const rest = await stand.open({ runId: run.id });
    expect(rest.map(({ providerEntryId }) => providerEntryId)).toEqual(payouts.map(({ source }) => source));
    for (const { id } of rest) expect((await stand.resolve(id, 'adjust')).errors).toEqual([]);
    await stand.expectAgreement(provider);
  });
});

it('a payment in rupees that is settled in dollars is one break, and what settles it is posted in both currencies', async () => {
  const paid = await stand.bought('stripe');
  const key = await paid.paymentId();
  await stand.rows(
    `update simulator.balance_entries set currency = 'usd', amount = 60, fee = 2 where source = $1`,
    [key],
  );
  const { id: runId } = await stand.reconcile('stripe');
  const found = (await stand.open({ runId })).filter(({ subject }) => subject === 'payment');
  expect(found).toMatchObject([
    {
      ...{ kind: 'currency_mismatch', fixes: ['adjust'] },
      ours: { amountMinor: '5000', currency: 'INR' },
      theirs: { amountMinor: '60', currency: 'USD' },
    },
  ]);

  expect((await stand.resolve(found[0]?.id, 'adjust')).errors).toEqual([]);

  const posted = await stand.rows(
    `select e.account || ' ' || e.unit as name, e.amount::text as minor from journal j join entries e on e.journal_id = j.id
     where j.intent_id = $1 and j.kind = 'correction' order by 1`,
    [paid.id],
  );
  expect(posted).toEqual([
    { name: 'adjustments INR', minor: '-5000' },
    { name: 'adjustments USD', minor: '60' },
    { name: 'clearing_stripe INR', minor: '5000' },
    { name: 'clearing_stripe USD', minor: '-60' },
  ]);
  expect(await paid.balance()).toEqual(balanceOf(50));
  await stand.expectAgreement('stripe');
});
