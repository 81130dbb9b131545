import { CURRENCIES } from '../../src/kernel/money';
import { PROVIDER_NAMES } from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import { createRequest, json, keyed, razorpayConfig, stripeConfig } from './wire';

test('each provider with keys is there under its own name, with every currency that we sell in', () => {
  const providers = createProviders({ stripe: stripeConfig(''), razorpay: razorpayConfig('') });

  expect([...providers.keys()]).toEqual(PROVIDER_NAMES);
  for (const [name, provider] of providers) {
    expect(provider.name).toBe(name);
    expect(provider.capabilities).toMatchObject({
      partialRefund: true,
      nativeCancel: name === 'stripe',
      currencies: Object.keys(CURRENCIES),
    });
  }
});

test('a provider without keys is absent', () => {
  expect([...createProviders({ stripe: null, razorpay: razorpayConfig('') }).keys()]).toEqual(['razorpay']);
  expect(createProviders({ stripe: null, razorpay: null }).size).toBe(0);
});

test('each provider calls over its own transport', async () => {
  const called: string[] = [];
  const transportOf = (name: string) => async () => {
    called.push(name);
    return json(401, { error: { code: 'BAD_REQUEST_ERROR', message: '', description: '' } });
  };

  const providers = createProviders({
    stripe: stripeConfig(''),
    razorpay: razorpayConfig(''),
    transports: { stripe: transportOf('stripe'), razorpay: transportOf('razorpay') },
  });
  for (const provider of providers.values())
    expect(await provider.createIntent(createRequest(), keyed)).toMatchObject({ kind: 'misconfigured' });

  expect(called).toEqual(['stripe', 'razorpay']);
});
