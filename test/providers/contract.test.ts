// What every provider promises through the port, kept by both adapters against one stand-in that speaks each provider's
// HTTP: the real SDK, a real socket, a real database. What only one provider does is in its own folder.

import type { Outcome as Played } from '../../packages/simulator/src/outcomes';
import { descriptorOf } from '../../src/providers/descriptors';
import type { Provider, ProviderIntent } from '../../src/providers/provider';
import {
  answered,
  type Caller,
  callerOf,
  newIntentId,
  openStandIn,
  providerAt,
  type StandIn,
  subjects,
  USD,
} from './contract-subject';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

describe.each(subjects)('$name', ({ name, refund }) => {
  let provider: Provider;
  let caller: Caller;
  let another: Caller;

  beforeAll(() => {
    provider = providerAt(name, standIn.url);
    caller = callerOf(provider);
    another = callerOf(providerAt(name, standIn.url));
  });

  const play = (intent: ProviderIntent, outcome: Played, delayMs = 0) =>
    standIn.simulator.play({ provider: name, providerIntentId: intent.providerIntentId, outcome, delayMs });

  test('one key makes one object, however often and from wherever it is sent', async () => {
    const ourIntentId = newIntentId();

    const made = await Promise.all(
      Array.from({ length: 20 }, (_, at) => answered((at % 2 ? caller : another).create(ourIntentId))),
    );

    expect(new Set(made.map((intent) => intent.providerIntentId)).size).toBe(1);
    expect((await caller.created()).providerIntentId).not.toBe(made[0]?.providerIntentId);
  });

  test('every currency that it claims can be asked for', async () => {
    for (const currency of provider.capabilities.currencies) {
      // Above the least that it takes of this currency, in its steps.
      const { minimumMinor = 0n, stepMinor = 1n } = descriptorOf(name).terms.get(currency) ?? {};
      const amountMinor = ((minimumMinor + 4999n) / stepMinor) * stepMinor;
      const amount = { amountMinor, currency };

      expect((await caller.created(amount)).amount).toEqual(amount);
    }
  });

  test('a payment is seen with its amount, its method and its time', async () => {
    const intent = await caller.created();
    await play(intent, 'succeed');

    const paid = await caller.read(intent);

    expect(paid).toMatchObject({
      status: 'succeeded',
      failure: null,
      payments: [{ status: 'captured', amount: USD, amountRefundedMinor: 0n, failure: null }],
    });
    expect(paid.payments[0]?.method).toEqual({
      kind: 'card',
      brand: 'visa',
      last4: expect.stringMatching(/^\d{4}$/),
    });
    expect(Math.abs((paid.payments[0]?.createdAt ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('a decline is seen with its reason and leaves the object open', async () => {
    const intent = await caller.created();
    await play(intent, 'insufficient_funds');

    const declined = await caller.read(intent);

    expect(declined).toMatchObject({
      status: 'pending',
      payments: [{ status: 'declined', failure: { declineCode: 'insufficient_funds', retryable: true } }],
    });
    expect(declined.failure).toEqual(declined.payments[0]?.failure);
  });

  test('a decline that is final says so', async () => {
    const intent = await caller.created();
    await play(intent, 'fail');

    expect((await caller.read(intent)).failure).toMatchObject({ retryable: false });
  });

  test('each of several declines and the payment after them are seen, in their order', async () => {
    const intent = await caller.created();
    for (const outcome of ['decline', 'insufficient_funds', 'decline', 'succeed'] as const)
      await play(intent, outcome);

    const { status, payments, failure } = await caller.read(intent);

    expect(status).toBe('succeeded');
    expect(failure).toBeNull();
    expect(payments.map((payment) => payment.status).sort()).toEqual([
      'captured',
      'declined',
      'declined',
      'declined',
    ]);
    expect(new Set(payments.map((payment) => payment.providerPaymentId)).size).toBe(4);
    expect(payments).toEqual(
      [...payments].sort(
        (a, b) => a.createdAt - b.createdAt || (a.providerPaymentId < b.providerPaymentId ? -1 : 1),
      ),
    );
  });

  test('money under way is neither paid nor open', async () => {
    const intent = await caller.created();
    await play(intent, 'processing_then_succeed', 60_000);

    const underWay = await caller.read(intent);

    expect(['processing', 'authorized']).toContain(underWay.status);
    expect(underWay.payments).toHaveLength(1);
    expect(['created', 'authorized']).toContain(underWay.payments[0]?.status);
  });

  test('money of another amount is told as it came', async () => {
    const intent = await caller.created();
    await play(intent, 'amount_mismatch');

    expect(await caller.read(intent)).toMatchObject({
      status: 'succeeded',
      amount: USD,
      payments: [{ status: 'captured', amount: { ...USD, amountMinor: 1999n } }],
    });
  });

  test('refunds that somebody else made are seen, in part and in whole', async () => {
    const intent = await caller.created();
    await play(intent, 'succeed');
    const paymentId = (await caller.read(intent)).payments[0]?.providerPaymentId ?? '';

    expect((await refund(standIn.url, paymentId, 500)).status).toBe(200);
    const inPart = await caller.read(intent);
    expect((await refund(standIn.url, paymentId, 1500)).status).toBe(200);
    const inWhole = await caller.read(intent);

    expect(inPart).toMatchObject({
      status: 'succeeded',
      payments: [{ status: 'captured', amountRefundedMinor: 500n }],
      refunds: [{ providerPaymentId: paymentId, amount: { ...USD, amountMinor: 500n }, status: 'succeeded' }],
    });
    expect(inWhole).toMatchObject({
      status: 'succeeded',
      payments: [{ status: 'captured', amount: USD, amountRefundedMinor: 2000n }],
    });
    expect(inWhole.refunds.map(({ amount }) => amount.amountMinor).sort()).toEqual([1500n, 500n]);
  });

  test('to cancel what is paid does not take the payment back', async () => {
    const intent = await caller.created();
    await play(intent, 'succeed');

    const outcome = await caller.cancel(intent);

    if (provider.capabilities.nativeCancel) expect(outcome).toMatchObject({ kind: 'conflict' });
    else expect(outcome).toMatchObject({ kind: 'ok', value: { status: 'succeeded' } });
    expect((await caller.read(intent)).status).toBe('succeeded');
  });
});
