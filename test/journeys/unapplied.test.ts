// Money that bought nothing, from outside, with a gateway that sends it back by itself: what is left for a person when that did
// not work. The payer paid INR 40.00 of the 100.00 of a medium package, which is 120 credits.
import { type Paid, PROVIDERS, useBooks } from './books-stand';

const stand = useBooks();

/** What was sent back, or tried, oldest first. */
const refundsOf = async (paid: Paid): Promise<[status: string, amountMinor: string][]> =>
  (await paid.intent()).refunds.nodes.map(
    ({ status, amount }: { status: string; amount: { amountMinor: string } }) => [status, amount.amountMinor],
  );
/** The keys that the provider was asked under: ours is its name. */
const keysOf = async ({ id }: Paid) =>
  (
    await stand.rows('select id, provider_refund_id as theirs from refunds where intent_id = $1', [id])
  ).flatMap(({ id: ours, theirs }) => [ours, theirs]);
const openOf = ({ id }: Paid) => stand.open({ intentId: id });

/** The refund by policy came back from the bank. */
async function policyFailed(paid: Paid): Promise<Record<string, any>> {
  await paid.until(({ refunds }) => refunds.nodes[0]?.status === 'succeeded');
  expect(await openOf(paid)).toEqual([]);
  await paid.play('refund_fails');
  await paid.until(({ refunds }) => refunds.nodes[0].status === 'failed');
  const found = await openOf(paid);
  expect(found).toMatchObject([
    { kind: 'amount_mismatch', fixes: ['refund_at_provider', 'apply_to_intent', 'ignore'] },
  ]);
  return found[0] as Record<string, any>;
}

describe.each(PROVIDERS)('At %s', (provider) => {
  it.each(['refund_at_provider', 'refundIntent'])(
    'a refund by policy that failed is followed by another one under a new key, by %s',
    async (way) => {
      const paid = await stand.fortyOfHundred(provider);
      const { id } = await policyFailed(paid);

      const sent =
        way === 'refundIntent' ? await paid.refund({ amountCents: null }) : await stand.resolve(id, way);

      expect(sent.errors).toEqual([]);
      expect(await refundsOf(paid)).toEqual([
        ['failed', '4000'],
        ['succeeded', '4000'],
      ]);
      expect(new Set(await keysOf(paid)).size).toBe(4);
      expect(await openOf(paid)).toEqual([]);
      await stand.expectAgreement(provider);
    },
  );

  it('after a refund by policy that failed the payer may have the credits instead', async () => {
    const paid = await stand.fortyOfHundred(provider);
    const { id } = await policyFailed(paid);

    expect((await stand.resolve(id, 'apply_to_intent')).errors).toEqual([]);

    expect((await paid.balance()).credits).toBe(120);
    expect(await paid.intent()).toMatchObject({ status: 'succeeded', failure: null });
    await stand.expectAgreement(provider);
  });

  it('a part that somebody sends back outside stays a part, and the rest goes back', async () => {
    const paid = await stand.fortyOfHundred(provider);
    const { id } = await policyFailed(paid);
    await paid.refundThere(1_500);
    await paid.sync();
    expect((await stand.resolve(id, 'apply_to_intent')).errors).toMatchObject([{ code: 'INVALID_STATE' }]);

    expect((await stand.resolve(id, 'refund_at_provider')).errors).toEqual([]);

    expect((await refundsOf(paid)).sort()).toEqual([
      ['failed', '4000'],
      ['succeeded', '1500'],
      ['succeeded', '2500'],
    ]);
    expect((await paid.balance()).credits).toBe(0);
    expect(await openOf(paid)).toEqual([]);
    await stand.expectAgreement(provider);
  });

  it('a part that went back outside unseen is found when the provider refuses the whole, and the rest goes back', async () => {
    const paid = await stand.fortyOfHundred(provider);
    const { id } = await policyFailed(paid);
    await paid.refundThere(1_500);

    expect((await stand.resolve(id, 'refund_at_provider')).errors).toEqual([]);

    expect((await refundsOf(paid)).filter(([status]) => status === 'succeeded').sort()).toEqual([
      ['succeeded', '1500'],
      ['succeeded', '2500'],
    ]);
    await stand.expectAgreement(provider);
  });
});
