// Money that bought nothing, in numbers: what each side says before and after, and what finance can do about it.

import { readDispute } from '../../src/disputes/read';
import { settleDispute } from '../../src/disputes/settle';
import { eventually } from '../support/eventually';
import { useBreaks } from './breaks';
import { disputeOf, PLANTED, paymentIdOf, refundedThere } from './planted-breaks';

const stand = useBreaks();
afterEach(() => {
  stand.trouble = () => null;
});

/** The whole chart for one provider: what is not zero. */
const books = async (provider = 'stripe') =>
  Object.fromEntries(
    (
      await stand.rows(
        `select e.account || ' ' || e.unit as name, sum(e.amount)::text as minor from entries e
         join journal j on j.id = e.journal_id join intents i on i.id = j.intent_id and i.provider = $1
         where e.unit <> 'CREDIT' group by 1 having sum(e.amount) <> 0 order by 1`,
        [provider],
      )
    ).map(({ name, minor }) => [name, minor]),
  );
/** What changed while `work` ran. */
async function moved(work: () => Promise<unknown>, provider = 'stripe') {
  const before = await books(provider);
  await work();
  const after = await books(provider);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(
    names
      .map((name) => [name, String(BigInt(after[name] ?? 0) - BigInt(before[name] ?? 0))])
      .filter(([, minor]) => minor !== '0'),
  );
}
const seen = (key: string, kind: string, provider: 'stripe' | 'razorpay' = 'stripe') =>
  stand.breakOf(provider, key, 'payment', kind as never, 'seen');

/** The payer paid 40.00 of the 100.00 of a medium package. */
async function fortyOfHundred(provider: 'stripe' | 'razorpay') {
  const bought = await stand.paidUnseen({ provider, packageId: 'medium' });
  const key = await paymentIdOf(stand, bought);
  const price = (
    await stand.rows('select amount_minor::int as price from intents where id = $1', [bought.id])
  )[0]?.price as number;
  await stand.rows(
    `update simulator.objects set body = replace(replace(body::text, '"amount_captured":${price}', '"amount_captured":4000'),
       '"amount":${price}', '"amount":4000')::json where id = $1`,
    [key],
  );
  await stand.rows('update simulator.balance_entries set amount = 4000, fee = 0 where source = $1', [key]);
  await bought.look();
  return { bought, key, price };
}

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  const clearing = `clearing_${provider} INR`;

  it('paid 40.00 of 100.00: the books agree before anything is done, and a difference is never made up', async () => {
    const came = await moved(() => fortyOfHundred(provider).then(({ key }) => (paid = key)), provider);
    expect(came).toEqual({ [clearing]: '-4000', 'unapplied INR': '4000' });
    const found = await seen(paid, 'amount_mismatch', provider);
    expect(found).toMatchObject({
      ours: { amountMinor: '10000' },
      theirs: { amountMinor: '4000' },
      suggestedFix: 'refund_at_provider',
      fixes: ['refund_at_provider', 'apply_to_intent', 'ignore'],
    });
    const refused = await moved(async () => {
      expect(await stand.resolve(found.id, 'adjust')).toEqual({
        break: null,
        errors: [
          {
            code: 'INVALID_INPUT',
            message: 'This break can be settled by: refund_at_provider, apply_to_intent, ignore.',
          },
        ],
      });
    }, provider);
    expect(refused).toEqual({});

    const back = await moved(() => stand.resolve(found.id, 'refund_at_provider'), provider);
    expect(back).toEqual({ [clearing]: '4000', 'unapplied INR': '-4000' });
    expect((await stand.reconcile(provider)).result).toMatchObject({ broken: 0 });
    const { ours, theirs } = await stand.clearing(provider);
    expect(ours).toEqual(theirs);
  });
  let paid = '';

  it('paid 40.00 of 100.00, and finance accepts it: the payer has the credits, worth what was paid', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    const given = await moved(async () => {
      expect((await stand.resolve(found.id, 'apply_to_intent')).errors).toEqual([]);
    }, provider);
    expect(given).toEqual({ 'unapplied INR': '-4000', 'deferred_revenue INR': '4000' });
    expect(await bought.wallet()).toMatchObject({ balance: 120, owed: 0 });
    expect(await bought.lot()).toMatchObject({ remaining: 120, deferred: 4000 });
    expect(await stand.app.deps.readIntent(bought.id)).toMatchObject({ status: 'succeeded', failure: null });
    // Half of it goes back like that of any purchase, with half of the credits.
    const { refund } = await bought.refund(2000);
    expect(refund).toMatchObject({ status: 'succeeded', creditsRevoked: 60n });
    expect(await bought.wallet()).toMatchObject({ balance: 60 });
  });

  it('USD paid for INR: the dollars go back, and no rupee is touched', async () => {
    const { key } = await PLANTED['seen payment currency_mismatch']!(stand, provider);
    const found = await seen(key, 'currency_mismatch', provider);
    expect(await books(provider)).toMatchObject({ 'unapplied USD': '5000' });
    const back = await moved(async () => {
      expect((await stand.resolve(found.id, 'adjust')).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
      expect((await stand.resolve(found.id, 'refund_at_provider')).errors).toEqual([]);
    }, provider);
    expect(back).toEqual({ [`clearing_${provider} USD`]: '5000', 'unapplied USD': '-5000' });
    await stand.reconcile(provider);
    const { ours, theirs } = await stand.clearing(provider);
    expect(ours).toEqual(theirs);
  });

  it('a duplicate payment goes back, and its break is not closed before', async () => {
    const { key } = await PLANTED['seen payment duplicate']!(stand, provider);
    const found = await seen(key, 'duplicate', provider);
    expect(found.fixes).toEqual(['refund_at_provider', 'ignore']);
    const nothing = await moved(async () => {
      for (const fix of ['adjust', 'apply_to_intent'])
        expect((await stand.resolve(found.id, fix)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    }, provider);
    expect(nothing).toEqual({});
    const back = await moved(() => stand.resolve(found.id, 'refund_at_provider'), provider);
    expect(back).toEqual({ [clearing]: '5000', 'unapplied INR': '-5000' });
  });

  it('what was ignored can be taken up again, and goes back after all', async () => {
    const { key } = await PLANTED['seen payment unapplied']!(stand, provider);
    const found = await seen(key, 'unapplied', provider);
    expect((await stand.resolve(found.id, 'ignore')).break).toMatchObject({
      status: 'ignored',
      fixes: ['refund_at_provider', 'apply_to_intent'],
    });
    expect((await stand.resolve(found.id, 'ignore')).errors).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect((await stand.resolve(found.id, 'refund_at_provider')).break).toMatchObject({
      status: 'resolved',
      fixes: [],
    });
  });

  it('a refund that failed is followed by another one, under a key of its own', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    expect((await stand.resolve(found.id, 'refund_at_provider')).errors).toEqual([]);
    await bought.play('refund_fails');
    await bought.look();
    expect(await seen(key, 'amount_mismatch', provider)).toMatchObject({ id: found.id, status: 'open' });
    expect(await books(provider)).toMatchObject({ 'unapplied INR': expect.any(String) });

    const back = await moved(async () => {
      expect((await stand.resolve(found.id, 'refund_at_provider')).errors).toEqual([]);
    }, provider);

    expect(back).toEqual({ [clearing]: '4000', 'unapplied INR': '-4000' });
    expect(await bought.refunds()).toMatchObject([
      { status: 'failed', amount: 4000 },
      { status: 'succeeded', amount: 4000 },
    ]);
    const ids = await stand.rows(
      'select count(distinct provider_refund_id)::int as n from refunds where intent_id = $1',
      [bought.id],
    );
    expect(ids).toEqual([{ n: 2 }]);
  });

  it('after a refund that failed the payer may have the credits instead', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    await stand.resolve(found.id, 'refund_at_provider');
    await bought.play('refund_fails');
    await bought.look();
    expect((await stand.resolve(found.id, 'apply_to_intent')).errors).toEqual([]);
    expect(await bought.wallet()).toMatchObject({ balance: 120 });
    // It has bought something now.
    await stand.rows(
      `update breaks set status = 'open', fix = null, resolved_by = null where 'brk_' || id = $1`,
      [found.id],
    );
    for (const fix of ['apply_to_intent', 'refund_at_provider'])
      expect((await stand.resolve(found.id, fix)).errors).toMatchObject([{ code: 'INVALID_STATE' }]);
    await stand.rows(`update breaks set status = 'resolved' where 'brk_' || id = $1`, [found.id]);
    expect(await bought.wallet()).toMatchObject({ balance: 120 });
  });

  it('the rest of what went back by hand goes back, by the break and by refundIntent', async () => {
    for (const way of ['break', 'refundIntent']) {
      const { bought, key } = await fortyOfHundred(provider);
      await refundedThere(stand, bought, key, 1000n);
      if (way === 'break') await bought.look();
      const found = await seen(key, 'amount_mismatch', provider);
      const back = await moved(async () => {
        if (way === 'break') expect((await stand.resolve(found.id, 'refund_at_provider')).errors).toEqual([]);
        else {
          await bought.look();
          expect((await refundIntent(bought.id)).errors).toEqual([]);
        }
      }, provider);
      expect(back['unapplied INR']).toBe(way === 'break' ? '-3000' : '-4000');
      expect((await bought.refunds()).map(({ amount }) => amount)).toEqual([1000, 3000]);
      const [row] = await stand.rows(`select status from breaks where 'brk_' || id = $1`, [found.id]);
      expect(row).toEqual({ status: 'resolved' });
    }
  });

  it('a part that went back by hand unseen is found when the provider refuses the whole, and the rest goes', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    await refundedThere(stand, bought, key, 1500n);
    const found = await seen(key, 'amount_mismatch', provider);
    expect((await stand.resolve(found.id, 'refund_at_provider')).errors).toEqual([]);
    expect((await bought.refunds()).map(({ amount, status }) => [amount, status])).toEqual(
      expect.arrayContaining([
        [4000, 'failed'],
        [1500, 'succeeded'],
        [2500, 'succeeded'],
      ]),
    );
    expect(await stand.unapplied(provider)).toEqual(await stand.heldForPayers(provider));
  });

  it('money with part of it back buys nothing, and a refund whose answer is lost is made once', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    await refundedThere(stand, bought, key, 1000n);
    await bought.look();
    const found = await seen(key, 'amount_mismatch', provider);
    expect((await stand.resolve(found.id, 'apply_to_intent')).errors).toMatchObject([
      { code: 'INVALID_STATE' },
    ]);
    stand.trouble = ({ path }) => (path.includes('refund') ? 'answerLost' : null);
    expect((await stand.resolve(found.id, 'refund_at_provider')).errors).toMatchObject([
      { code: 'PROVIDER_UNAVAILABLE' },
    ]);
    stand.trouble = () => null;
    const back = await moved(async () => {
      await stand.rows(
        `update refunds set lease_until = now() - interval '1 second' where status = 'pending'`,
      );
      // The round that recovers refunds may be at it already.
      await stand.resolve(found.id, 'refund_at_provider');
      await eventually(async () =>
        expect(await stand.unapplied(provider)).toEqual(await stand.heldForPayers(provider)),
      );
    }, provider);
    expect(back['unapplied INR']).toBe('-3000');
    expect((await bought.refunds()).map(({ amount }) => amount)).toEqual([1000, 3000]);
    expect(await stand.unapplied(provider)).toEqual(await stand.heldForPayers(provider));
  });

  it('what a bank takes back of it is owed to nobody any more, and is owed again once the bank gives it back', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    const taken = await moved(() => disputeOf(stand, bought, true), provider);
    expect(taken).toEqual({ [clearing]: '4000', 'unapplied INR': '-4000' });
    expect((await stand.resolve(found.id, 'apply_to_intent')).errors).toMatchObject([
      { code: 'INVALID_STATE' },
    ]);
    if (provider === 'razorpay') return;
    await bought.play('dispute_won');
    const [row] = await stand.rows('select provider_dispute_id as id from disputes where intent_id = $1', [
      bought.id,
    ]);
    const intent = await stand.app.deps.readIntent(bought.id);
    const given = await moved(() => readDispute(stand.app.deps, intent!, row?.id, []), provider);
    expect(given).toEqual({ [clearing]: '-4000', 'unapplied INR': '4000' });
    const back = await moved(() => stand.resolve(found.id, 'refund_at_provider'), provider);
    expect(back).toEqual({ [clearing]: '4000', 'unapplied INR': '-4000' });
  });

  it('what is back already and is taken again by a bank is a loss of ours', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    await stand.resolve(found.id, 'refund_at_provider');
    const taken = await moved(() => disputeOf(stand, bought, true), provider);
    expect(taken).toEqual({ [clearing]: '4000', 'chargebacks INR': '-4000' });
    const lost = await seen(key, 'more_back_than_paid', provider);
    expect((await stand.resolve(lost.id, 'accept_loss')).errors).toEqual([]);
  });

  it('when the refund fails after all, the bank has paid what was owed and nothing is lost', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    await stand.resolve(found.id, 'refund_at_provider');
    await disputeOf(stand, bought, true);

    await bought.play('refund_fails');
    const failed = await moved(() => bought.look(), provider);

    expect(failed).toEqual({ [clearing]: '-4000', 'chargebacks INR': '4000' });
  });

  it('what a bank has taken and is refunded all the same is a loss of ours', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    await refundedThere(stand, bought, key, 4000n);
    // The refund is heard of last.
    await disputeOf(stand, bought, true);

    const refunded = await moved(() => bought.look(), provider);

    expect(refunded).toEqual({ [clearing]: '4000', 'chargebacks INR': '-4000' });
    const lost = await seen(key, 'more_back_than_paid', provider);
    expect((await stand.resolve(lost.id, 'accept_loss')).errors).toEqual([]);
  });

  it('neither goes back nor buys anything while a bank keeps it of a dispute that was won', async () => {
    const { bought, key } = await fortyOfHundred(provider);
    const found = await seen(key, 'amount_mismatch', provider);
    await disputeOf(stand, bought, true);
    const intent = (await stand.app.deps.readIntent(bought.id))!;
    const [known] = await stand.rows(
      'select provider_dispute_id as id, applied_read_number as read from disputes where intent_id = $1',
      [bought.id],
    );
    const won = (amountWithdrawnMinor: bigint, later: number) =>
      settleDispute(stand.app.deps, {
        intent,
        readNumber: known?.read + later,
        notes: [],
        object: {
          ...{
            providerDisputeId: known?.id,
            providerPaymentId: key,
            providerIntentId: bought.providerIntentId,
          },
          ...{ phase: 'chargeback', status: 'won', amount: { amountMinor: 4000n, currency: 'INR' } },
          ...{
            amountWithdrawnMinor,
            reason: 'fraudulent',
            needsAnswer: true,
            respondBy: null,
            createdAt: 1_795_000_000,
          },
        },
      });
    await won(4000n, 1);

    const kept = await moved(async () => {
      for (const { errors } of [
        await stand.resolve(found.id, 'apply_to_intent'),
        await refundIntent(bought.id),
      ])
        expect(errors).toMatchObject([{ code: 'INVALID_STATE' }]);
    }, provider);
    await won(0n, 2);
    const back = await moved(() => stand.resolve(found.id, 'apply_to_intent'), provider);

    expect(kept).toEqual({});
    expect(back).toEqual({ 'unapplied INR': '-4000', 'deferred_revenue INR': '4000' });
  });

  it('refundIntent sends money of an intent that bought nothing back, once for a key', async () => {
    const { bought } = await fortyOfHundred(provider);
    const first = await refundIntent(bought.id, { amountCents: 1000, idempotencyKey: `part-${bought.id}` });
    expect(first).toMatchObject({
      errors: [],
      refund: { amount: { amountMinor: '1000' }, creditsRevoked: 0, status: 'succeeded' },
    });
    expect(await refundIntent(bought.id, { amountCents: 1000, idempotencyKey: `part-${bought.id}` })).toEqual(
      first,
    );
    expect((await refundIntent(bought.id, { amountCents: 3001 })).errors).toMatchObject([
      { code: 'REFUND_EXCEEDS_AMOUNT' },
    ]);
    expect((await refundIntent(bought.id)).refund).toMatchObject({ amount: { amountMinor: '3000' } });
    expect((await refundIntent(bought.id)).errors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });
});

let keys = 0;
async function refundIntent(intentId: string, more: object = {}) {
  const input = { intentId, reason: 'asked', idempotencyKey: `refund-${++keys}`, ...more };
  const asked = await stand.ask(
    `mutation ($input: RefundIntentInput!) { refundIntent(input: $input) {
       refund { id status creditsRevoked amount { amountMinor } } errors { code message } } }`,
    { input },
  );
  return asked.refundIntent;
}
