// What the contract suite runs against: both adapters, the stand-in for both providers over TCP, and what somebody at
// the provider's own dashboard can do.
import { installSimulator } from '../../packages/simulator/src/install';
import { serve } from '../../packages/simulator/src/server';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import { systemClock } from '../../src/kernel/clock';
import type { Money } from '../../src/kernel/money';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { Outcome, Provider, ProviderIntent, ProviderName } from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import { freshDatabase } from '../support/database';
import { heardPool } from '../support/pools';
import { createRequest, razorpayConfig, soon, stripeConfig } from './wire';

export interface Subject {
  readonly name: ProviderName;
  readonly unknownId: string;
  /** Sends back part of a payment past the adapter. */
  readonly refund: (url: string, paymentId: string, amount: number) => Promise<Response>;
}

export const subjects: readonly Subject[] = [
  {
    name: 'stripe',
    unknownId: 'pi_mock_unknown',
    refund: (url, charge, amount) =>
      fetch(`${url}/v1/refunds`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_dashboard' },
        body: new URLSearchParams({ charge, amount: String(amount) }),
      }),
  },
  {
    name: 'razorpay',
    unknownId: 'order_mock_unknown',
    refund: (url, paymentId, amount) =>
      fetch(`${url}/v1/payments/${paymentId}/refund`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('rzp_test_dashboard:secret')}` },
        body: JSON.stringify({ amount }),
      }),
  },
];

const SECRETS = { ...MOCK_WEBHOOK_SECRETS, stripe: 'whsec_contract', razorpay: 'contract-secret' };

export interface StandIn {
  readonly simulator: Simulator;
  readonly url: string;
  /** The webhook events that it has sent. */
  readonly deliveries: readonly { readonly headers: Record<string, string>; readonly body: string }[];
  close(): Promise<void>;
}

export async function openStandIn(): Promise<StandIn> {
  const database = await freshDatabase();
  const pool = heardPool({ connectionString: database.url });
  await installSimulator(pool);
  const deliveries: { headers: Record<string, string>; body: string }[] = [];
  const simulator = createSimulator({
    pool,
    secrets: SECRETS,
    clock: systemClock,
    deliver: async (delivery) => {
      deliveries.push(delivery);
      return { status: 200 };
    },
  });
  simulator.start();
  const server = await serve(simulator, { port: 0, host: '127.0.0.1' });
  return {
    simulator,
    url: server.url,
    deliveries,
    async close() {
      await server.close();
      await simulator.stop();
      await pool.end();
      await database.drop();
    },
  };
}

/** @param key the stand-in refuses those that are not `test`. */
export function providerAt(name: ProviderName, url: string, key = 'test'): Provider {
  const provider = createProviders({
    settings: {
      stripe: stripeConfig(url, { secretKey: `sk_${key}_contract`, webhookSecrets: [SECRETS.stripe] }),
      razorpay: razorpayConfig(url, {
        publicKey: `rzp_${key}_contract`,
        webhookSecrets: [SECRETS.razorpay],
      }),
    },
  }).get(name);
  if (!provider) throw new Error(`${name} is not there`);
  return provider;
}

export const USD: Money = { amountMinor: 2000n, currency: 'USD' };

let intents = 0;
export const newIntentId = () => `int_contract${String(++intents).padStart(18, '0')}`;

/** The value of a call that must succeed. */
export async function answered(outcome: Promise<Outcome<ProviderIntent>>): Promise<ProviderIntent> {
  const settled = await outcome;
  if (settled.kind !== 'ok') throw new Error(`The outcome is ${JSON.stringify(settled)}`);
  return settled.value;
}

export type Caller = ReturnType<typeof callerOf>;

/** The port as the gateway calls it: keys are made from our ids. */
export function callerOf(provider: Provider) {
  const create = (ourIntentId: string, amount = USD) =>
    provider.createIntent(createRequest({ ourIntentId, amount }), {
      ...soon,
      idempotencyKey: `${ourIntentId}:create`,
    });
  return {
    create,
    created: (amount = USD) => answered(create(newIntentId(), amount)),
    read: (intent: ProviderIntent) => answered(provider.getIntent(intent.providerIntentId, soon)),
    cancel: (intent: ProviderIntent, idempotencyKey = `${intent.providerIntentId}:cancel`) =>
      provider.cancelIntent(intent.providerIntentId, { ...soon, idempotencyKey }),
  };
}
