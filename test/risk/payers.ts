// Purchases as the claim gets them, of payers who differ in what is said.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type Claim, createClaim } from '../../src/intents/claim';
import { newId } from '../../src/kernel/ids';
import { UNKNOWN_PAYER } from '../../src/risk/payer';

/** A small package for INR 50.00. */
export function claimOf(userId: string, more: Partial<Claim> = {}): Claim {
  const id = newId('intent');
  return {
    ...{
      id,
      userId,
      key: randomUUID(),
      inputHash: 'hash',
      packageId: 'small',
      provider: 'stripe',
      currency: 'INR',
    },
    ...{ amountMinor: 5000n, credits: 50n, createdBy: userId, fingerprintId: null, returnUrl: null },
    ...{
      leaseToken: 'test',
      reference: null,
      metadata: null,
      challenge: null,
      isCheapest: true,
      hasPassed: false,
    },
    payer: UNKNOWN_PAYER,
    request: { ourIntentId: id, amountMinor: '5000', currency: 'INR', description: 'Small', metadata: {} },
    ...more,
  };
}

/** As a process of its own that acts on what the rules say. */
export const claimsOn = (pool: pg.Pool) =>
  createClaim({ pool, mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60, risk: 'act', hasCaptcha: false });
