// A purchase that the provider has and the database has lost: what a restore to a minute before it leaves.
import { metadataOf } from '../../src/intents/provider-metadata';
import { newId } from '../../src/kernel/ids';
import type { Money } from '../../src/kernel/money';
import type { Offer } from '../../src/packages/find';
import type { ProviderName } from '../../src/providers/provider';
import type { RefundStand } from '../refunds/stand';

export interface Lost {
  readonly intentId: string;
  readonly userId: string;
  readonly providerIntentId: string;
  /** Plays on at the provider. */
  play(outcome: 'succeed' | 'decline' | 'dispute_open' | 'dispute_lost' | 'dispute_won'): Promise<void>;
  paymentId(): Promise<string>;
}

interface LostOptions {
  readonly userId?: string;
  /** As it was sold then; left out: as the small package is sold. */
  readonly sold?: Partial<Offer['package']>;
  readonly price?: Money;
  /** What else stands there, or instead of what the gateway wrote. */
  readonly metadata?: Readonly<Record<string, string>>;
}

let users = 0;

/** Made at the provider as a gateway makes it, and remembered by nobody here. */
export async function lostAt(
  stand: RefundStand,
  provider: ProviderName,
  options: LostOptions = {},
): Promise<Lost> {
  const { deps } = stand.app;
  const adapter = deps.providers.get(provider);
  const small = await deps.catalogue.byId('small');
  if (!adapter || !small) throw new Error('Nothing to buy, or nowhere');
  const userId = options.userId ?? `lost_${++users}`;
  const price = options.price ?? { amountMinor: 5000n, currency: 'INR' };
  const offer = { ...small, package: { ...small.package, ...options.sold } };
  const data = { reference: `order-${userId}`, metadata: { campaign: 'autumn' } };
  const intentId = newId('intent');
  const made = await adapter.createIntent(
    {
      ourIntentId: intentId,
      amount: price,
      description: 'Small: 50 credits',
      metadata: {
        ...metadataOf(deps.gatewayIds[0], userId, offer, price, data, adapter.capabilities.metadata),
        ...options.metadata,
      },
    },
    { idempotencyKey: intentId, timeoutMs: 10_000 },
  );
  if (made.kind !== 'ok') throw new Error(`Not made: ${JSON.stringify(made)}`);
  const { providerIntentId } = made.value;
  return {
    intentId,
    userId,
    providerIntentId,
    play: async (outcome) => {
      await deps.simulator?.play({ provider, providerIntentId, outcome, delayMs: 0 });
    },
    paymentId: async () => {
      const read = await adapter.getIntent(providerIntentId, { timeoutMs: 10_000 });
      const id = read.kind === 'ok' ? read.value.payments.at(-1)?.providerPaymentId : undefined;
      if (!id) throw new Error('Nobody has paid');
      return id;
    },
  };
}
