// What the provider's own object says of a purchase.
import type { SimulatorRequest } from '../../src/simulator/simulator';
import { useRefundStand } from '../refunds/stand';

const stand = useRefundStand();

async function madeFor(provider: 'stripe' | 'razorpay', userId: string, packageId: string) {
  const sent: SimulatorRequest[] = [];
  stand.trouble = (request) => {
    sent.push(request);
    return null;
  };
  const { id } = await stand.bought({ provider, userId, packageId });
  stand.trouble = () => null;
  const body = sent[0]?.body?.toString() ?? '';
  if (provider === 'razorpay') return { id, metadata: JSON.parse(body).notes };
  const metadata = [...new URLSearchParams(body)].flatMap(([name, value]) => {
    const key = /^metadata\[(\w+)\]$/.exec(name)?.[1];
    return key ? [[key, value]] : [];
  });
  return { id, metadata: Object.fromEntries(metadata) };
}

it.each(['stripe', 'razorpay'] as const)(
  'at %s says who bought what, so that the books can be made again from it',
  async (provider) => {
    const { id, metadata } = await madeFor(provider, `ann_${provider}`, 'small');

    expect(metadata).toEqual({
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
