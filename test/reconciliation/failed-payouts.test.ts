// A payout that the bank sent back: its money is at Stripe again and goes out with the next one.
import type { Simulator } from '../../packages/simulator/src/simulator';
import { useBreaks } from './breaks';

const stand = useBreaks();
const simulator = () => stand.app.deps.simulator as Simulator;
const payOut = async () => (await simulator().payOut('stripe'))[0] as string;
const fails = (providerIntentId: string) =>
  simulator().play({ provider: 'stripe', providerIntentId, outcome: 'payout_fails', delayMs: 0 });
const inBank = async () =>
  (
    await stand.rows(`select (-coalesce(sum(amount), 0))::text as minor from entries where account = 'bank'`)
  )[0]?.minor;

async function reconciled() {
  expect((await stand.reconcile('stripe')).result).toMatchObject({ broken: 0, differences: {} });
  const { ours, theirs } = await stand.clearing('stripe');
  expect(ours).toEqual(theirs);
}

it.each(['before it is reconciled', 'after it was reconciled'])(
  'a payout that fails %s opens no break, and the books follow its money back and out again',
  async (when) => {
    await stand.bought({ provider: 'stripe' });
    await stand.bought({ provider: 'stripe' });
    const before = await inBank();
    const failing = await payOut();
    if (when.startsWith('after')) await reconciled();
    await fails(failing);
    await reconciled();
    expect(await inBank()).toBe(before);
    const { theirs } = await stand.clearing('stripe');
    expect(Number(theirs['INR'])).toBeGreaterThan(0);

    await payOut();
    await reconciled();
    await reconciled();

    expect(await inBank()).toBe(String(Number(before) + Number(theirs['INR'])));
    expect(Number((await stand.clearing('stripe')).theirs['INR'] ?? 0)).toBe(0);
  },
);
