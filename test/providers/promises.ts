// Promises that every provider keeps and that need no stand-in to be seen: the contract suite holds both adapters to them
// against the simulator, the conformance suite against the providers themselves.
import { randomUUID } from 'node:crypto';
import type { Money } from '../../src/kernel/money';
import type { ProviderCard } from '../../src/providers/card';
import type { Outcome, Provider, ProviderIntent, ProviderName } from '../../src/providers/provider';
import { createRequest, type soon } from './wire';

export interface Side {
  readonly name: ProviderName;
  readonly amount: Money;
  readonly options: typeof soon;
  readonly unknown: {
    readonly intent: string;
    readonly refund: string;
    readonly dispute: string;
    readonly warning: string;
  };
  /** What is said of the card that pays. */
  readonly card: Partial<ProviderCard>;
  provider(): Provider;
  /** The same with keys that the provider refuses. */
  stranger(): Provider;
  /** An intent that is paid, with something left to send back; absent where only a browser can pay. */
  readonly paid?: () => Promise<ProviderIntent>;
  /** An intent whose payment waits for its capture. */
  readonly authorised?: () => Promise<ProviderIntent>;
}

/** At most as long as a receipt of Razorpay. */
export const newId = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 26)}`;

export async function okValue<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const settled = await outcome;
  if (settled.kind !== 'ok') throw new Error(`The outcome is ${JSON.stringify(settled)}`);
  return settled.value;
}

export const createAt = (side: Side, ourIntentId: string, amount = side.amount) =>
  side
    .provider()
    .createIntent(createRequest({ ourIntentId, amount }), { ...side.options, idempotencyKey: ourIntentId });

/** Registers the tests of one provider. */
export function keepsItsPromises(side: Side): void {
  const { options, unknown } = side;
  const read = (intent: ProviderIntent) => side.provider().getIntent(intent.providerIntentId, options);

  test('a new object waits for its payer and reads as it was made', async () => {
    const ourIntentId = newId('int');

    const intent = await okValue(createAt(side, ourIntentId));

    expect(intent).toMatchObject({
      ourIntentId,
      status: 'pending',
      amount: side.amount,
      payments: [],
      refunds: [],
      failure: null,
    });
    expect(await okValue(read(intent))).toEqual(intent);
  });

  test('one key makes one object, and another key another', async () => {
    const ourIntentId = newId('int');

    const made = [
      await okValue(createAt(side, ourIntentId)),
      await okValue(createAt(side, ourIntentId)),
      await okValue(createAt(side, newId('int'))),
    ].map(({ providerIntentId }) => providerIntentId);

    expect(made[1]).toBe(made[0]);
    expect(made[2]).not.toBe(made[0]);
  });

  test('one key for two amounts is refused, and the first object stays as it was', async () => {
    const ourIntentId = newId('int');
    const first = await okValue(createAt(side, ourIntentId));
    const other = { ...side.amount, amountMinor: side.amount.amountMinor + 100n };

    const outcome = await createAt(side, ourIntentId, other);

    expect(outcome).toMatchObject({ kind: 'rejected', code: 'idempotency_mismatch' });
    expect(await okValue(read(first))).toEqual(first);
  });

  test('an object whose payer has to authenticate is one under its key, and waits like any other', async () => {
    const ourIntentId = newId('int');
    const request = createRequest({ ourIntentId, amount: side.amount, forceAuthentication: true });
    const create = () => side.provider().createIntent(request, { ...options, idempotencyKey: ourIntentId });

    const made = [await okValue(create()), await okValue(create())] as const;

    expect(made[0]).toMatchObject({ ourIntentId, status: 'pending', payments: [] });
    expect(made[1].providerIntentId).toBe(made[0].providerIntentId);
    const plain = await createAt(side, ourIntentId);
    expect(plain.kind).toBe(side.provider().capabilities.canForceAuthentication ? 'rejected' : 'ok');
  });

  test('the warnings of the last two days can be read to their end', async () => {
    const to = Math.floor(Date.now() / 1000);
    for await (const outcome of side.provider().listWarnings({ from: to - 2 * 86_400, to }, options))
      expect(outcome.kind).toBe('ok');
  });

  test('an object whose create call was never answered is found by our id', async () => {
    const ourIntentId = newId('int');
    const made = await okValue(createAt(side, ourIntentId));
    const now = Math.floor(Date.now() / 1000);
    const window = { createdAfter: now - 300, createdBefore: now + 300 };
    const find = (id: string) => side.provider().findIntent({ ourIntentId: id, ...window }, options);

    expect(await find(ourIntentId)).toEqual({ kind: 'ok', value: made });
    expect(await find(newId('int'))).toEqual({ kind: 'ok', value: null });
  });

  test('to cancel twice is to cancel once', async () => {
    const intent = await okValue(createAt(side, newId('int')));
    const expected = side.provider().capabilities.nativeCancel ? 'canceled' : 'pending';

    for (const idempotencyKey of [
      `${intent.ourIntentId}:cancel`,
      `${intent.ourIntentId}:cancel`,
      newId('key'),
    ])
      expect(
        await side.provider().cancelIntent(intent.providerIntentId, { ...options, idempotencyKey }),
      ).toMatchObject({ kind: 'ok', value: { status: expected } });
  });

  test('what does not exist is not found', async () => {
    const provider = side.provider();
    const keyed = { ...options, idempotencyKey: newId('key') };

    expect(await provider.getIntent(unknown.intent, options)).toMatchObject({ kind: 'not_found' });
    expect(await provider.cancelIntent(unknown.intent, keyed)).toMatchObject({ kind: 'not_found' });
    expect(await provider.getRefund(unknown.refund, null, options)).toMatchObject({ kind: 'not_found' });
    expect(await provider.getWarning(unknown.warning, options)).toMatchObject({ kind: 'not_found' });
  });

  test('with keys that the provider refuses, a person must act', async () => {
    const stranger = side.stranger();

    expect(await stranger.getIntent(unknown.intent, options)).toMatchObject({ kind: 'misconfigured' });
    expect(await stranger.getRefund(unknown.refund, null, options)).toMatchObject({ kind: 'misconfigured' });
  });

  if (side.authorised) capturesOnce(side, side.authorised);
  if (side.paid) refundsOnce(side, side.paid);
}

function capturesOnce(side: Side, authorised: () => Promise<ProviderIntent>): void {
  test('an authorised payment is captured, once, whoever asks again', async () => {
    const intent = await authorised();
    const [payment] = intent.payments;
    expect(payment?.status).toBe('authorized');
    const request = {
      providerIntentId: intent.providerIntentId,
      providerPaymentId: payment?.providerPaymentId ?? '',
      amount: side.amount,
    };
    const capture = (idempotencyKey: string) =>
      side.provider().capturePayment(request, { ...side.options, idempotencyKey });
    const key = newId('key');

    for (const idempotencyKey of [key, key, newId('key')])
      expect(await capture(idempotencyKey)).toMatchObject({
        kind: 'ok',
        value: { status: 'succeeded', payments: [{ status: 'captured', amount: side.amount }] },
      });
  });
}

// In this order, and by small parts: a suite against a real account may have one paid object for all of them.
function refundsOnce(side: Side, paid: () => Promise<ProviderIntent>): void {
  const part = { ...side.amount, amountMinor: 100n };
  const read = (intent: ProviderIntent) =>
    okValue(side.provider().getIntent(intent.providerIntentId, side.options));
  const paymentOf = (intent: ProviderIntent) => {
    const payment = intent.payments.find(({ status }) => status === 'captured');
    if (!payment) throw new Error('The object is not paid');
    return payment;
  };
  const refundFrom = (intent: ProviderIntent, ourRefundId: string, amount = part) =>
    side.provider().createRefund(
      {
        providerIntentId: intent.providerIntentId,
        providerPaymentId: paymentOf(intent).providerPaymentId,
        amount,
        ourRefundId,
        reason: 'Changed their mind',
      },
      { ...side.options, idempotencyKey: ourRefundId },
    );

  test('a payment says what is known of its card', async () => {
    expect(paymentOf(await paid()).card).toMatchObject(side.card);
  });

  test('one key sends money back once, and the refund is seen with our id', async () => {
    const before = await paid();
    const ourRefundId = newId('ref');

    const made = [
      await okValue(refundFrom(before, ourRefundId)),
      await okValue(refundFrom(before, ourRefundId)),
    ];
    const after = await read(before);
    const providerRefundId = made[0]?.providerRefundId ?? '';
    const paymentId = paymentOf(before).providerPaymentId;

    expect(made[1]?.providerRefundId).toBe(providerRefundId);
    expect(made[0]).toMatchObject({ ourRefundId, providerPaymentId: paymentId, amount: part });
    expect(after.status).toBe('succeeded');
    expect(after.refunds).toHaveLength(before.refunds.length + 1);
    expect(paymentOf(after).amountRefundedMinor).toBe(paymentOf(before).amountRefundedMinor + 100n);
    expect(await side.provider().getRefund(providerRefundId, paymentId, side.options)).toMatchObject({
      kind: 'ok',
      value: { providerRefundId, ourRefundId, providerPaymentId: paymentId, amount: part },
    });
  });

  test('one key for two refunds is refused, and only the first is made', async () => {
    const before = await paid();
    const ourRefundId = newId('ref');
    await okValue(refundFrom(before, ourRefundId));

    const outcome = await refundFrom(before, ourRefundId, { ...part, amountMinor: 200n });

    expect(outcome).toMatchObject({ kind: 'rejected', code: 'idempotency_mismatch' });
    expect((await read(before)).refunds).toHaveLength(before.refunds.length + 1);
  });

  test('more than what is left is refused', async () => {
    const before = await paid();
    const { amount } = paymentOf(before);
    const tooMuch = { ...amount, amountMinor: amount.amountMinor + 1n };

    const outcome = await refundFrom(before, newId('ref'), tooMuch);

    expect(outcome).toMatchObject({ kind: 'rejected' });
    expect((await read(before)).refunds).toHaveLength(before.refunds.length);
  });

  test('when nothing is left to send back, that is a conflict', async () => {
    const before = await paid();
    const { amount, amountRefundedMinor } = paymentOf(before);
    const rest = { ...amount, amountMinor: amount.amountMinor - amountRefundedMinor };
    await okValue(refundFrom(before, newId('ref'), rest));

    expect(await refundFrom(before, newId('ref'))).toMatchObject({ kind: 'conflict' });
    expect((await read(before)).status).toBe('succeeded');
  });
}
