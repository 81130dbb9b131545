// What a person who reads the log finds of a purchase: by logger, level and words, and nothing that is secret.

import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'info',
    ADJUST_APPROVAL_ABOVE: '10',
  });
});
afterAll(stopGateways);

type Line = Record<string, any>;
const lines = (): Line[] =>
  gateway.log.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
const linesOf = (event: string, about: Line = {}) =>
  lines().filter(
    (line) => line.event === event && Object.entries(about).every(([name, value]) => line[name] === value),
  );
const logged = (event: string, about: Line = {}) =>
  eventually(
    () => linesOf(event, about),
    (found) => found.length > 0,
  );

it('mock mode is a WARNING at the start', async () => {
  expect(await logged('gateway.mock_mode')).toMatchObject([{ level: 'WARNING', logger: 'gateway' }]);
});

it.each(['stripe', 'razorpay'])(
  'a purchase at %s: created, answered with its id, granted; a decline with its code',
  async (provider) => {
    const user = await gateway.as(`buyer_${provider}`);
    const bought = await user.mutate(
      'createIntent',
      { packageId: 'small', provider },
      'intent { id providerIntentId }',
    );
    const { id: intentId, providerIntentId } = bought.intent;
    await user.mutate('simulatePayment', { id: intentId, outcome: 'decline' }, '');
    const [declined] = await logged('payment.declined', { intentId });
    expect(declined).toMatchObject({
      level: 'ERROR',
      logger: 'payment.manager',
      message: 'Payment declined',
      provider,
      code: expect.stringMatching(/^[\w.-]+$/),
      reason: expect.stringMatching(/^[\w.-]+$/),
    });
    expect(declined?.code).not.toBe('unknown');
    await user.mutate('simulatePayment', { id: intentId, outcome: 'succeed' }, '');
    expect(await logged('credits.granted', { intentId })).toMatchObject([
      { level: 'INFO', logger: 'credits', message: 'Credits granted', credits: 50 },
    ]);
    expect(linesOf('payment.declined', { intentId })).toHaveLength(1);
    const created = linesOf('intent.created', { intentId });
    expect(created).toMatchObject([
      { level: 'INFO', logger: 'payment.manager', message: 'Payment intent created', amountMinor: '5000' },
      { providerIntentId },
    ]);
    expect(created[0]).not.toHaveProperty('providerIntentId');
  },
);

it('a payment that fails for good and money of a wrong amount are ERRORs with reason and code', async () => {
  const user = await gateway.as('unlucky');
  const one = await user.mutate('createIntent', { packageId: 'small', provider: 'stripe' }, 'intent { id }');
  await user.mutate('simulatePayment', { id: one.intent.id, outcome: 'fail' }, '');
  expect(await logged('payment.failed', { intentId: one.intent.id })).toMatchObject([
    { level: 'ERROR', code: expect.any(String), reason: expect.any(String) },
  ]);
  const other = await user.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  await user.mutate('simulatePayment', { id: other.intent.id, outcome: 'amount_mismatch' }, '');
  expect(await logged('money.unapplied', { intentId: other.intent.id })).toMatchObject([
    { level: 'ERROR', code: 'unapplied', reason: 'wrong_amount' },
  ]);
});

it('an idempotency hit and a conflict are WARNINGs, and say nothing of the key', async () => {
  const user = await gateway.as('repeats');
  const buy = (packageId: string) =>
    user.mutate('createIntent', { packageId, idempotencyKey: 'canary-key' }, 'intent { id }');
  const { intent } = await buy('small');
  await buy('small');
  expect((await buy('large')).errors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  for (const event of ['idempotency.hit', 'idempotency.conflict'])
    expect(await logged(event, { callerId: 'repeats' })).toMatchObject([
      { level: 'WARNING', logger: 'idempotency', existingId: intent.id },
    ]);
  expect(gateway.log.join()).not.toContain('canary-key');
});

it('security is CRITICAL: a forged webhook event, a forged checkout, a second person who is the first', async () => {
  await fetch(`${gateway.url}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`,
    },
    body: '{"id":"evt_forged","object":"event"}',
  });
  expect(await logged('webhook.forged')).toMatchObject([
    { level: 'CRITICAL', logger: 'webhooks', provider: 'stripe' },
  ]);

  const user = await gateway.as('forger');
  const { intent } = await user.mutate(
    'createIntent',
    { packageId: 'small', provider: 'razorpay' },
    'intent { id providerIntentId }',
  );
  const forged = {
    razorpayPaymentId: 'pay_x',
    razorpayOrderId: intent.providerIntentId,
    razorpaySignature: '0'.repeat(64),
  };
  await user.mutate('confirmRazorpayPayment', { id: intent.id, ...forged }, '');
  expect(await logged('checkout.rejected')).toMatchObject([{ level: 'CRITICAL', intentId: intent.id }]);

  const finance = await gateway.as('fin_1', 'finance');
  const gift = { userId: 'forger', credits: 11, reason: 'r', idempotencyKey: 'gift' };
  const [asked] = (await finance.mutate('adjustCredits', gift, '')).errors;
  const id = /apr_\w+/.exec(asked.message)?.[0];
  await finance.mutate('decideApproval', { id, approve: true, note: 'n' }, '');
  expect(await logged('approval.bypassed')).toMatchObject([
    { level: 'CRITICAL', logger: 'approvals', approvalId: id, by: 'fin_1' },
  ]);
});

it('every line has level, time, logger, event and message', () => {
  for (const line of lines())
    expect(line).toMatchObject({
      level: expect.stringMatching(/^(INFO|WARNING|ERROR|CRITICAL)$/),
      time: expect.any(String),
      logger: expect.any(String),
      event: expect.any(String),
      message: expect.any(String),
    });
  expect(lines().length).toBeGreaterThan(20);
});
