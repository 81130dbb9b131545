import fs from 'node:fs';
import path from 'node:path';
import { CHART } from '../../src/credits/chart';
import { CURRENCIES, exponentOf } from '../../src/kernel/currencies';
import { DESCRIPTORS, descriptorOf, PROVIDER_NAMES } from '../../src/providers/descriptors';
import { createProviders } from '../../src/providers/registry';
import { createRequest, json, keyed, razorpayConfig, stripeConfig } from './wire';

test('each provider with keys is there under its own name, with every currency that it takes', () => {
  const providers = createProviders({ settings: { stripe: stripeConfig(''), razorpay: razorpayConfig('') } });

  expect([...providers.keys()]).toEqual(PROVIDER_NAMES);
  for (const [name, provider] of providers) {
    expect(provider.name).toBe(name);
    expect(provider.capabilities).toEqual(descriptorOf(name).capabilities);
    expect(provider.capabilities.currencies).toEqual([...descriptorOf(name).terms.keys()]);
  }
});

test('a descriptor stands under the name that it has everywhere else', () => {
  for (const [name, { keys }] of Object.entries(DESCRIPTORS)) {
    expect(keys.name).toBe(name);
    expect(CHART.map(({ code }) => code)).toContain(`clearing_${name}`);
  }
  const shares = Object.values(DESCRIPTORS).map(({ seedShare }) => seedShare);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
});

test('the table of currencies has what a provider takes, and nothing else', () => {
  const taken = new Set(Object.values(DESCRIPTORS).flatMap(({ terms }) => [...terms.keys()]));
  expect(CURRENCIES).toEqual([...taken].sort());
  for (const code of CURRENCIES) expect([0, 2, 3]).toContain(exponentOf(code));
});

test('a next action has a value for each field that its type promises', () => {
  for (const { nextAction } of Object.values(DESCRIPTORS)) {
    const payable = {
      settings: stripeConfig(''),
      providerIntentId: 'id_1',
      clientSecret: 'secret',
      amount: { amountMinor: 100n, currency: 'INR' },
      returnUrl: null,
      merchantName: 'Credits',
    };
    expect(Object.keys(nextAction.of(payable) ?? {}).sort()).toEqual(Object.keys(nextAction.fields).sort());
  }
});

test('every variable of a provider is in the example of an environment', () => {
  const example = fs.readFileSync(path.join(__dirname, '../../.env.example'), 'utf8');
  for (const { keys } of Object.values(DESCRIPTORS))
    for (const name of Object.values(keys.variables)) expect(example).toContain(`\n${name}=`);
});

test('a provider without keys is absent', () => {
  expect([...createProviders({ settings: { razorpay: razorpayConfig('') } }).keys()]).toEqual(['razorpay']);
  expect(createProviders({ settings: {} }).size).toBe(0);
});

test('each provider calls over its own transport', async () => {
  const called: string[] = [];
  const transportOf = (name: string) => async () => {
    called.push(name);
    return json(401, { error: { code: 'BAD_REQUEST_ERROR', message: '', description: '' } });
  };

  const providers = createProviders({
    settings: { stripe: stripeConfig(''), razorpay: razorpayConfig('') },
    transports: { stripe: transportOf('stripe'), razorpay: transportOf('razorpay') },
  });
  for (const provider of providers.values())
    expect(await provider.createIntent(createRequest(), keyed)).toMatchObject({ kind: 'misconfigured' });

  expect(called).toEqual(['stripe', 'razorpay']);
});
