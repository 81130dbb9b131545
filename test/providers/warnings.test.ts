// Warnings, reviews and fraud disputes at the stand-in, over TCP: what the adapters read, what its events name, and what ends them.
import type { Outcome } from '../../packages/simulator/src/simulator';
import type { ProviderIntent, ProviderName } from '../../src/providers/provider';
import type { ProviderWarning } from '../../src/providers/warning';
import { eventually } from '../support/eventually';
import { callerOf, openStandIn, providerAt, type StandIn } from './contract-subject';
import { soon } from './wire';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

const providerOf = (name: ProviderName) => providerAt(name, standIn.url);
const play = (provider: ProviderName, { providerIntentId }: ProviderIntent, outcome: Outcome) =>
  standIn.simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });

async function paid(name: ProviderName): Promise<ProviderIntent> {
  const caller = callerOf(providerOf(name));
  const made = await caller.created();
  await play(name, made, 'succeed');
  return caller.read(made);
}

/** The verified event of one type about this payment. */
async function heard(name: ProviderName, type: string, { payments }: ProviderIntent) {
  const payment = payments[0]?.providerPaymentId ?? '';
  return eventually(async () => {
    const sent = standIn.deliveries.find(
      ({ body }) => body.includes(payment) && (JSON.parse(body).type ?? JSON.parse(body).event) === type,
    );
    if (!sent) throw new Error(`No ${type} yet`);
    const body = Buffer.from(sent.body);
    const event = providerOf(name).verifyWebhook(body, sent.headers, Date.now());
    return { ...event, about: providerOf(name).subjectOf(body) };
  });
}

async function listed(name: ProviderName): Promise<ProviderWarning[]> {
  const now = Math.floor(Date.now() / 1000);
  const all: ProviderWarning[] = [];
  for await (const outcome of providerOf(name).listWarnings({ from: now - 600, to: now + 600 }, soon)) {
    if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
    all.push(outcome.value);
  }
  return all;
}

const RAISED = [
  ['stripe', 'early_fraud_warning', 'radar.early_fraud_warning.created', 'warning', 'early_fraud_warning'],
  ['stripe', 'review_opened', 'review.opened', 'warning', 'provider_review'],
  ['razorpay', 'dispute_fraud', 'payment.dispute.created', 'dispute', 'fraud_dispute'],
] as const;

test.each(RAISED)('at %s %s is told of, read and listed', async (name, outcome, type, subject, kind) => {
  const intent = await paid(name);
  await play(name, intent, outcome);

  const event = await heard(name, type, intent);
  const paymentId = intent.payments[0]?.providerPaymentId;
  expect(event).toMatchObject({ subject, about: { providerPaymentId: paymentId } });
  const read = await providerOf(name).getWarning(event.about.providerWarningId ?? '', soon);

  expect(read).toMatchObject({
    kind: 'ok',
    value: { kind, providerPaymentId: paymentId, isActionable: true, closedReason: null },
  });
  expect(await listed(name)).toContainEqual(read.kind === 'ok' && read.value);
});

test('a plain dispute of Razorpay is no warning', async () => {
  const intent = await paid('razorpay');
  await play('razorpay', intent, 'dispute_open');

  const { about } = await heard('razorpay', 'payment.dispute.created', intent);

  expect(about.providerWarningId).toBeNull();
  expect(await providerOf('razorpay').getWarning(about.providerDisputeId ?? '', soon)).toMatchObject({
    kind: 'not_found',
  });
  expect((await listed('razorpay')).map((one) => one.providerWarningId)).not.toContain(
    about.providerDisputeId,
  );
});

test('a fraud dispute takes no money, and is over once it is closed', async () => {
  const intent = await paid('razorpay');
  await play('razorpay', intent, 'dispute_fraud');
  const { about } = await heard('razorpay', 'payment.dispute.created', intent);
  expect(await providerOf('razorpay').getDispute(about.providerDisputeId ?? '', soon)).toMatchObject({
    value: { phase: 'inquiry', status: 'inquiry', amountWithdrawnMinor: 0n },
  });

  await play('razorpay', intent, 'dispute_closed');
  expect(await providerOf('razorpay').getWarning(about.providerWarningId ?? '', soon)).toMatchObject({
    value: { isActionable: false },
  });
});

async function refunded(intent: ProviderIntent, isFraudulent: boolean): Promise<void> {
  const [payment] = intent.payments;
  if (!payment) throw new Error('Nothing was paid');
  const outcome = await providerOf('stripe').createRefund(
    {
      providerIntentId: intent.providerIntentId,
      providerPaymentId: payment.providerPaymentId,
      amount: payment.amount,
      ourRefundId: `ref_${payment.providerPaymentId}`,
      reason: 'Stolen',
      isFraudulent,
    },
    { ...soon, idempotencyKey: `ref_${payment.providerPaymentId}` },
  );
  expect(outcome.kind).toBe('ok');
}

test.each([
  ['a refund as a fraud', (intent: ProviderIntent) => refunded(intent, true), 'refunded_as_fraud'],
  ['a refund', (intent: ProviderIntent) => refunded(intent, false), 'refunded'],
  ['a dispute', (intent: ProviderIntent) => play('stripe', intent, 'dispute_open'), 'disputed'],
])(
  '%s leaves nothing to be done about a warning, and closes the review',
  async (_name, ends, closedReason) => {
    const intent = await paid('stripe');
    await play('stripe', intent, 'early_fraud_warning');
    await play('stripe', intent, 'review_opened');
    await ends(intent);

    const updated = await heard('stripe', 'radar.early_fraud_warning.updated', intent);
    const closed = await heard('stripe', 'review.closed', intent);

    const stripe = providerOf('stripe');
    expect(await stripe.getWarning(updated.about.providerWarningId ?? '', soon)).toMatchObject({
      value: { kind: 'early_fraud_warning', isActionable: false },
    });
    expect(await stripe.getWarning(closed.about.providerWarningId ?? '', soon)).toMatchObject({
      value: { kind: 'provider_review', isActionable: false, closedReason },
    });
    const ids = (await listed('stripe')).map((one) => one.providerWarningId);
    expect(ids).toContain(updated.about.providerWarningId);
    expect(ids).not.toContain(closed.about.providerWarningId);
  },
);

test('who approves a review in the dashboard closes it', async () => {
  const intent = await paid('stripe');
  await play('stripe', intent, 'review_opened');
  const { about } = await heard('stripe', 'review.opened', intent);

  const approved = await fetch(`${standIn.url}/v1/reviews/${about.providerWarningId}/approve`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_dashboard' },
  });

  expect(approved.status).toBe(200);
  await heard('stripe', 'review.closed', intent);
  expect(await providerOf('stripe').getWarning(about.providerWarningId ?? '', soon)).toMatchObject({
    value: { isActionable: false, closedReason: 'approved' },
  });
});

test.each([
  ['stripe', 'dispute_fraud'],
  ['razorpay', 'early_fraud_warning'],
  ['razorpay', 'review_opened'],
  ['razorpay', 'succeed_elevated_risk'],
  ['razorpay', 'succeed_cvc_failed'],
] as const)('%s has no %s, and says what it has', async (name, outcome) => {
  const caller = callerOf(providerOf(name));
  const intent = outcome.startsWith('succeed') ? await caller.created() : await paid(name);

  await expect(play(name, intent, outcome)).rejects.toThrow(/play|says nothing/);
});

test.each([
  ['stripe', 'issfr_mock_unknown'],
  ['stripe', 'prv_mock_unknown'],
  ['razorpay', 'disp_mock_unknown'],
] as const)('at %s %s is not found', async (name, id) => {
  expect(await providerOf(name).getWarning(id, soon)).toMatchObject({ kind: 'not_found' });
});
