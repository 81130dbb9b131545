// What a payment sheet handed the browser, brought to the gateway: by the mutation that serves every provider, and by the one
// from before there was it.
import { createHmac } from 'node:crypto';
import { DESCRIPTORS } from '../../src/providers/descriptors';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

type Gateway = Awaited<ReturnType<typeof startGateway>>;
const SECRET = DESCRIPTORS.razorpay.keys.mock.secretKey;
const PAYMENT = 'pay_1';
const INTENT = 'intent { id status providerIntentId }';

const proofOf = (orderId: string, secret = SECRET) => ({
  razorpay_payment_id: PAYMENT,
  razorpay_order_id: orderId,
  razorpay_signature: createHmac('sha256', secret).update(`${orderId}|${PAYMENT}`).digest('hex'),
});

const WAYS: Record<string, (id: string, proof: ReturnType<typeof proofOf>) => Record<string, unknown>> = {
  confirmPayment: (id, proof) => ({ id, proof }),
  confirmRazorpayPayment: (id, proof) => ({
    id,
    razorpayPaymentId: proof.razorpay_payment_id,
    razorpayOrderId: proof.razorpay_order_id,
    razorpaySignature: proof.razorpay_signature,
  }),
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
});

const paidAt = async (provider: string, userId: string) => {
  const user = await gateway.as(userId);
  const { intent } = await user.mutate('createIntent', { packageId: 'small', provider }, INTENT);
  // The bank says yes and nobody tells us: only who asks will know.
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'lost_webhook' }, INTENT);
  return { user, intent };
};

describe.each(Object.keys(WAYS))('By %s', (mutation) => {
  const inputOf = WAYS[mutation] as (typeof WAYS)[string];

  test('what the provider signed for our object makes us ask, and the credits are there', async () => {
    const { user, intent } = await paidAt('razorpay', `honest_${mutation}`);

    const input = inputOf(intent.id, proofOf(intent.providerIntentId));
    const answer = await user.mutate(mutation, input, `${INTENT}`);

    expect(answer).toMatchObject({ intent: { status: 'succeeded' }, errors: [] });
  });

  test.each([
    ['signed by somebody else', (order: string) => proofOf(order, 'guessed')],
    ['signed for another order', () => proofOf('order_cheap')],
    ['cut short', (order: string) => ({ ...proofOf(order), razorpay_signature: '' })],
  ])('a proof that was %s makes nobody ask', async (_, forged) => {
    const { user, intent } = await paidAt('razorpay', `forger_${mutation}`);

    const answer = await user.mutate(mutation, inputOf(intent.id, forged(intent.providerIntentId)), INTENT);

    expect(answer).toMatchObject({ intent: null, errors: [{ code: 'SIGNATURE_INVALID' }] });
    const { data } = await user.query(`{ intent(id: "${intent.id}") { status } }`);
    expect(data).toMatchObject({ intent: { status: 'pending' } });
  });

  test("a good proof of somebody else's payment finds no payment", async () => {
    const { intent } = await paidAt('razorpay', `owner_${mutation}`);
    const stranger = await gateway.as('stranger');

    const input = inputOf(intent.id, proofOf(intent.providerIntentId));
    const answer = await stranger.mutate(mutation, input, INTENT);

    expect(answer).toMatchObject({ intent: null, errors: [{ code: 'NOT_FOUND' }] });
  });
});

test('where the sheet hands over nothing, the caller is told what to do instead', async () => {
  const { user, intent } = await paidAt('stripe', 'by_card');

  const input = { id: intent.id, proof: proofOf(intent.providerIntentId) };
  expect(await user.mutate('confirmPayment', input, INTENT)).toMatchObject({
    errors: [{ code: 'INVALID_INPUT', message: expect.stringContaining('syncIntent') }],
  });
  const old = (WAYS['confirmRazorpayPayment'] as (typeof WAYS)[string])(intent.id, input.proof);
  expect(await user.mutate('confirmRazorpayPayment', old, INTENT)).toMatchObject({
    errors: [{ code: 'NOT_FOUND' }],
  });
});

test.each([
  [
    'with more names than any provider has',
    Object.fromEntries(Array.from({ length: 21 }, (_, n) => [n, 'x'])),
  ],
  ['with a longer text than any signature', { razorpay_signature: 'x'.repeat(501) }],
])('a proof %s is refused before anything is looked up', async (_, proof) => {
  const user = await gateway.as('anybody');

  const answer = await user.mutate('confirmPayment', { id: 'int_none', proof }, INTENT);

  expect(answer).toMatchObject({ intent: null, errors: [{ code: 'INVALID_INPUT' }] });
});
