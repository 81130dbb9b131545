// What the provider's own object says of a purchase.

import type { SimulatorRequest } from '../../packages/simulator/src/simulator';
import type { Caller } from '../../src/callers/caller';
import { createIntent } from '../../src/intents/create';
import type { CallerDataInput } from '../../src/kernel/metadata';
import { useRefundStand } from '../refunds/stand';

const stand = useRefundStand();

async function madeFor(
  provider: 'stripe' | 'razorpay',
  userId: string,
  packageId: string,
  data: CallerDataInput = {},
) {
  const sent: SimulatorRequest[] = [];
  stand.trouble = (request) => {
    sent.push(request);
    return null;
  };
  const caller: Caller = { id: userId, role: 'user' };
  const { intent } = await createIntent(stand.app.deps, caller, { provider, packageId, ...data });
  const { id } = intent;
  stand.trouble = () => null;
  const body = sent[0]?.body?.toString() ?? '';
  if (provider === 'razorpay') return { id, metadata: JSON.parse(body).notes };
  const metadata = [...new URLSearchParams(body)].flatMap(([name, value]) => {
    const key = /^metadata\[([\w.-]+)\]$/.exec(name)?.[1];
    return key ? [[key, value]] : [];
  });
  return { id, metadata: Object.fromEntries(metadata) };
}

it.each(['stripe', 'razorpay'] as const)(
  'at %s says who bought what, so that the books can be made again from it',
  async (provider) => {
    const { id, metadata } = await madeFor(provider, `ann_${provider}`, 'small');

    expect(metadata).toEqual({
      gateway_id: expect.stringMatching(/^gw_[0-9a-f]{16}$/),
      intent_id: id,
      user_id: `ann_${provider}`,
      package_id: 'small',
      package_version: expect.stringMatching(/^[0-9a-f]{12}$/),
      credits: '50',
      schema: '1',
    });
  },
);

it('names another version once the package sells other credits', async () => {
  const before = await madeFor('stripe', 'bob', 'medium');
  await stand.rows("update packages set credits = credits + 1 where id = 'medium'");
  stand.app.deps.catalogue.refresh();
  const after = await madeFor('stripe', 'cyd', 'medium');

  expect(after.metadata.package_version).not.toBe(before.metadata.package_version);
  expect(after.metadata.credits).toBe('121');
});

it('carries what the caller wrote, as far as there is room, and never in the place of ours', async () => {
  const numbered = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, `v${n}`]));
  const metadata = { user_id: 'mallory', long: 'x'.repeat(300), ['y'.repeat(36)]: 'z', ...numbered };
  const data = { reference: 'order-17', metadata };
  const atStripe = await madeFor('stripe', 'dan', 'small', data);
  const atRazorpay = await madeFor('razorpay', 'dan', 'small', data);

  expect(atStripe.metadata).toMatchObject({
    user_id: 'dan',
    intent_id: atStripe.id,
    reference: 'order-17',
    meta_user_id: 'mallory',
    meta_long: 'x'.repeat(300),
    meta_k16: 'v16',
  });
  // A key of 36 letters and our prefix are more than the 40 characters that Stripe takes.
  expect(Object.keys(atStripe.metadata)).toHaveLength(7 + 1 + 19);
  // Razorpay takes 15 notes of 256 characters.
  expect(atRazorpay.metadata).toMatchObject({
    user_id: 'dan',
    intent_id: atRazorpay.id,
    reference: 'order-17',
    meta_user_id: 'mallory',
    [`meta_${'y'.repeat(36)}`]: 'z',
  });
  expect(atRazorpay.metadata).not.toHaveProperty('meta_long');
  expect(Object.keys(atRazorpay.metadata)).toHaveLength(15);
});
