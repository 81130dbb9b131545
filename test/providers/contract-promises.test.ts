// The promises of every provider, kept by both adapters against one stand-in over TCP: the same that the conformance
// suite holds the providers themselves to.
import type { ProviderIntent, ProviderName } from '../../src/providers/provider';
import { openStandIn, providerAt, type StandIn, USD } from './contract-subject';
import { createAt, keepsItsPromises, newId, okValue, type Side } from './promises';
import { soon } from './wire';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

const play = (provider: ProviderName, providerIntentId: string) =>
  standIn.simulator.play({ provider, providerIntentId, outcome: 'succeed', delayMs: 0 });

/** Our adapters ask for automatic capture, so an object that waits for it is made past them. */
async function manualObject(name: ProviderName): Promise<string> {
  const [path, authorization, body] =
    name === 'stripe'
      ? [
          'payment_intents',
          'Bearer sk_test_dashboard',
          new URLSearchParams({ amount: '2000', currency: 'usd', capture_method: 'manual' }).toString(),
        ]
      : [
          'orders',
          `Basic ${btoa('rzp_test_dashboard:secret')}`,
          JSON.stringify({ amount: 2000, currency: 'USD', payment: { capture: 'manual' } }),
        ];
  const response = await fetch(`${standIn.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization },
    body,
  });
  return ((await response.json()) as { id: string }).id;
}

const sideOf = (name: ProviderName, unknown: Side['unknown'], card: Side['card']): Side => {
  const provider = () => providerAt(name, standIn.url);
  const read = (id: string): Promise<ProviderIntent> => okValue(provider().getIntent(id, soon));
  const side: Side = {
    name,
    amount: USD,
    options: soon,
    unknown,
    card,
    provider,
    stranger: () => providerAt(name, standIn.url, 'live'),
    async paid() {
      const { providerIntentId } = await okValue(createAt(side, newId('int')));
      await play(name, providerIntentId);
      return read(providerIntentId);
    },
    async authorised() {
      const id = await manualObject(name);
      await play(name, id);
      return read(id);
    },
  };
  return side;
};

describe.each([
  sideOf(
    'stripe',
    {
      intent: 'pi_mock_unknown',
      refund: 're_mock_unknown',
      dispute: 'dp_mock_unknown',
      warning: 'issfr_mock_unknown',
    },
    { country: 'US', funding: 'credit', riskLevel: 'normal', fingerprint: expect.any(String) },
  ),
  sideOf(
    'razorpay',
    {
      intent: 'order_mock_unknown',
      refund: 'rfnd_mock_unknown',
      dispute: 'disp_mock_unknown',
      warning: 'disp_mock_unknown',
    },
    { country: null, foreignTo: 'IN', funding: 'credit', fingerprint: null },
  ),
])('$name', (side) => keepsItsPromises(side));
