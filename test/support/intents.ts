// Intents and news made straight at the door, for tests about sets and races.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createHub } from '../../src/events/hub';
import { createClaim } from '../../src/intents/claim';
import { DEVELOPMENT_SECRETS } from '../../src/kernel/development-secrets';
import { newId } from '../../src/kernel/ids';
import { createSecretBox } from '../../src/kernel/secret-box';
import type { Fact } from '../../src/payments/facts';
import type { Intent } from '../../src/payments/intent.entity';
import { createSettle, type Reading, type Settle } from '../../src/payments/settle';
import type { ProviderName } from '../../src/providers/provider';
import { UNKNOWN_PAYER } from '../../src/risk/payer';
import { createLogger } from '../../src/telemetry/logger';

export const silent = createLogger('silent');

/** A door of its own, as another process has it. */
export const doorOn = (pool: pg.Pool, mode: 'act' | 'observe' = 'observe'): Settle =>
  createSettle({
    pool,
    hub: createHub(),
    log: silent,
    secrets: createSecretBox([DEVELOPMENT_SECRETS.secretsKey]),
    risk: { mode },
  });

/** Small packages for INR 50.00, one for each user named. */
export async function claimIntents(
  pool: pg.Pool,
  userIds: readonly string[],
  provider: ProviderName = 'stripe',
): Promise<Intent[]> {
  const claim = createClaim({
    ...{ pool, mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60 },
    ...{ risk: 'observe', hasCaptcha: false },
  });
  const claimed = await Promise.all(
    userIds.map((userId) => {
      const id = newId('intent');
      return claim({
        id,
        userId,
        key: randomUUID(),
        inputHash: 'hash',
        packageId: 'small',
        provider,
        currency: 'INR',
        amountMinor: 5000n,
        credits: 50n,
        createdBy: userId,
        fingerprintId: null,
        returnUrl: null,
        leaseToken: 'test',
        reference: null,
        metadata: null,
        ...{ challenge: null, payer: UNKNOWN_PAYER, isCheapest: false, hasPassed: false },
        request: {
          ourIntentId: id,
          amountMinor: '5000',
          currency: 'INR',
          description: 'Small',
          metadata: {},
        },
      });
    }),
  );
  return claimed.map((made) => {
    if (made.outcome !== 'created') throw new Error(`Not created: ${made.outcome}`);
    return made.intent;
  });
}

const NOTHING: Fact = {
  news: 'reopened',
  paymentId: null,
  amountMinor: null,
  currency: null,
  isFinal: false,
  failure: null,
  method: null,
  card: null,
  refundId: null,
  refundStatus: null,
  ourRefundId: null,
};

export const captured = (paymentId: string, amountMinor = 5000n, currency = 'INR'): Fact => ({
  ...NOTHING,
  news: 'captured',
  paymentId,
  amountMinor,
  currency,
});

export const declined = (paymentId: string, isFinal = false): Fact => ({
  ...NOTHING,
  news: 'declined',
  paymentId,
  amountMinor: 5000n,
  currency: 'INR',
  isFinal,
  failure: { code: 'card_declined', message: 'Declined.', declineCode: null, retryable: !isFinal },
});

export const plain = (news: Fact['news']): Fact => ({ ...NOTHING, news });

export const refunded = (
  paymentId: string,
  refundId: string,
  amountMinor: bigint,
  refundStatus = 'succeeded',
  ourRefundId: string | null = null,
): Fact => ({
  ...NOTHING,
  news: 'refunded',
  paymentId,
  amountMinor,
  currency: 'INR',
  refundId,
  refundStatus,
  ourRefundId,
});

export const reading = (intentId: string, ...facts: Fact[]): Reading => ({
  intentId,
  readNumber: null,
  object: null,
  facts,
  actor: 'provider',
  note: null,
});
