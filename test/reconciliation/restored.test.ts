// A purchase that a restore of the database lost, told of by the provider's books: its break offers to make it again. A small
// package is 50 credits for INR 50.00.
import { savePackage } from '../../src/packages/save';
import type { ProviderName } from '../../src/providers/provider';
import { useBreaks } from './breaks';
import { type Lost, lostAt } from './lost';

const stand = useBreaks();
const PROVIDERS: readonly ProviderName[] = ['stripe', 'razorpay'];

const walletOf = async ({ userId }: Lost) =>
  (
    await stand.rows('select balance::int, frozen::int, owed::int from wallets where user_id = $1', [userId])
  )[0];

async function restore(provider: ProviderName, lost: Lost) {
  await stand.reconcile(provider);
  const item = await stand.breakOf(
    provider,
    await lost.paymentId(),
    'payment',
    'unknown_payment',
    'books',
    'payment',
  );
  return { item, answer: await stand.resolve(item.id, 'restore_intent') };
}

async function isClean(provider: ProviderName) {
  const job = await stand.reconcile(provider);
  expect(job.result).toMatchObject({ broken: 0 });
  const { ours, theirs } = await stand.clearing(provider);
  expect(ours).toEqual(theirs);
}

test.each(PROVIDERS)(
  'what was paid at %s and is unknown here is bought under its own id, by its own user, once',
  async (provider) => {
    const lost = await lostAt(stand, provider);
    await lost.play('succeed');
    const { item, answer } = await restore(provider, lost);
    expect(item).toMatchObject({ suggestedFix: 'restore_intent', fixes: ['restore_intent', 'adjust'] });
    expect(answer.errors).toEqual([]);

    expect(await walletOf(lost)).toEqual({ balance: 50, frozen: 0, owed: 0 });
    const [intent] = await stand.rows('select * from intents where id = $1', [lost.intentId]);
    expect(intent).toMatchObject({
      ...{ user_id: lost.userId, status: 'succeeded', package_id: 'small', package_name: 'Small' },
      ...{ reference: `order-${lost.userId}`, metadata: { campaign: 'autumn' } },
    });
    const again = await stand.resolve(item.id, 'restore_intent');
    expect(again.errors).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect(await walletOf(lost)).toMatchObject({ balance: 50 });
    await isClean(provider);
  },
);

test.each(PROVIDERS)(
  'what was refunded and disputed at %s meanwhile comes back as it stands there',
  async (provider) => {
    const [refunded, disputed] = [await lostAt(stand, provider), await lostAt(stand, provider)];
    await refunded.play('succeed');
    await disputed.play('succeed');
    const sent = await stand.app.deps.providers.get(provider)?.createRefund(
      {
        providerIntentId: refunded.providerIntentId,
        providerPaymentId: await refunded.paymentId(),
        amount: { amountMinor: 2000n, currency: 'INR' },
        ourRefundId: 'ref_that_was_lost',
        reason: 'asked',
      },
      { idempotencyKey: `ref_that_was_lost_${provider}`, timeoutMs: 10_000 },
    );
    expect(sent?.kind).toBe('ok');
    await disputed.play('dispute_open');
    for (const lost of [refunded, disputed])
      expect((await restore(provider, lost)).answer.errors).toEqual([]);

    expect(await walletOf(refunded)).toEqual({ balance: 30, frozen: 0, owed: 0 });
    expect(await walletOf(disputed)).toMatchObject({ frozen: 50 });
    await isClean(provider);
  },
);

test.each(PROVIDERS)(
  'a package that is sold otherwise by now is granted as it was sold: its credits, and its days from the version',
  async (provider) => {
    const sold = { credits: 75n, creditsExpireAfterDays: 45 };
    const lost = await lostAt(stand, provider, { sold });
    await lost.play('succeed');
    await savePackage(
      stand.app.deps,
      { id: 'adm_1', role: 'admin' },
      {
        ...{ id: 'small', name: 'Small', credits: 50n, active: true },
        prices: [
          { currency: 'INR', amountCents: 5000 },
          { currency: 'USD', amountCents: 500 },
        ],
        creditsExpireAfterDays: 30,
      },
    );
    expect((await restore(provider, lost)).answer.errors).toEqual([]);
    const [lot] = await stand.rows(
      `select granted::int as credits, round(extract(epoch from expires_at - created_at) / 86400)::int as days from lots where intent_id = $1`,
      [lost.intentId],
    );
    expect(lot).toEqual({ credits: 75, days: 45 });
    await isClean(provider);
  },
);

test.each(PROVIDERS)(
  'credits at %s that nobody sold for this price are given to nobody',
  async (provider) => {
    const lost = await lostAt(stand, provider, { metadata: { credits: '5000000' } });
    await lost.play('succeed');
    const { item, answer } = await restore(provider, lost);
    expect(answer.errors).toMatchObject([
      { code: 'INVALID_STATE', message: expect.stringContaining('never sold together') },
    ]);
    expect(await walletOf(lost)).toBeUndefined();
    expect((await stand.resolve(item.id, 'adjust')).errors).toEqual([]);
    await isClean(provider);
  },
);
