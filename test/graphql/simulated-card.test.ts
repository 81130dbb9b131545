// The card of a simulated payment, over GraphQL.

import { type App, startApp } from '../../src/app';
import type { ProviderCard } from '../../src/providers/card';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { Client } from '../support/client';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let app: App;
let payer: Client;
beforeAll(async () => {
  app = await startApp(readConfig({ DATABASE_URL: database.url, PORT: '0', RATE_LIMITS: 'off' }), silent, {});
  payer = await Client.signedIn(app.url, 'payer', 'user');
});
afterAll(() => app.close());

async function played(provider: ProviderName, input: object) {
  const { intent } = await payer.mutate('createIntent', { packageId: 'small', provider }, 'intent { id }');
  const { id } = intent as { id: string };
  const { errors } = await payer.mutate('simulatePayment', { id, ...input }, 'errors { code path message }');
  return { id, errors: errors as { code: string; path: string[] }[] };
}

/** What the adapter reads of it. */
async function cardOf(id: string): Promise<ProviderCard | null | undefined> {
  const intent = await app.deps.readIntent(id);
  const read = await app.deps.providers
    .get(intent?.provider ?? 'stripe')
    ?.getIntent(intent?.providerIntentId ?? '', { timeoutMs: 5_000 });
  if (read?.kind !== 'ok') return undefined;
  // Of two tries in one second the provider does not say which was the later one.
  const { payments } = read.value;
  return (payments.find(({ status }) => status === 'captured') ?? payments.at(-1))?.card;
}

test('what a play says of the card is what the provider tells', async () => {
  const card = { fingerprint: 'fp_1', country: 'JP', funding: 'debit', cvcCheck: 'fail', riskLevel: null };

  const { id, errors } = await played('stripe', { outcome: 'succeed', card });

  expect(errors).toEqual([]);
  expect(await cardOf(id)).toMatchObject({
    fingerprint: 'fp_1',
    country: 'JP',
    funding: 'debit',
    cvcCheck: 'fail',
    riskLevel: 'normal',
  });
});

test.each([
  ['stripe', 'succeed_elevated_risk', { riskLevel: 'elevated' }],
  ['stripe', 'succeed_cvc_failed', { cvcCheck: 'fail' }],
  ['stripe', 'succeed_prepaid', { funding: 'prepaid' }],
  ['stripe', 'succeed_foreign_card', { country: 'BR' }],
  ['razorpay', 'succeed_prepaid', { funding: 'prepaid', country: 'IN' }],
  ['razorpay', 'succeed_foreign_card', { foreignTo: 'IN' }],
] as const)('%s: %s is paid with a card that says %j', async (provider, outcome, said) => {
  const { id, errors } = await played(provider, { outcome });

  expect(errors).toEqual([]);
  expect(await cardOf(id)).toMatchObject(said);
  expect(await app.deps.readIntent(id)).toMatchObject({ status: 'succeeded' });
});

test.each([['stripe'], ['razorpay']] as const)(
  '%s: a refusal as fraud leaves the intent open and does not say why',
  async (provider) => {
    const { id } = await played(provider, { outcome: 'decline_fraud' });

    expect(await app.deps.readIntent(id)).toMatchObject({
      status: 'pending',
      failure: { declineCode: 'generic_decline' },
    });
  },
);

test.each([{ fingerprint: 'with a space' }, { fingerprint: '' }, { country: 'Japan' }])(
  'a card of %j is refused',
  async (card) => {
    const { errors } = await played('stripe', { outcome: 'succeed', card });

    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'card'] }]);
  },
);

test('what Razorpay does not tell of is refused as an outcome, and not told of a card', async () => {
  const { errors } = await played('razorpay', { outcome: 'succeed_elevated_risk' });
  expect(errors).toMatchObject([{ code: 'INVALID_STATE' }]);

  const { id, errors: none } = await played('razorpay', {
    outcome: 'succeed',
    card: { cvcCheck: 'fail', riskLevel: 'highest' },
  });
  expect(none).toEqual([]);
  expect(await cardOf(id)).toMatchObject({ cvcCheck: null, riskLevel: null });
});
