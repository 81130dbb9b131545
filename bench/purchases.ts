// What a bench of the database buys, without a provider: what is claimed, and the news that it was paid.
import type { Fact } from '../src/payments/facts';
import { UNKNOWN_PAYER } from '../src/risk/payer';

export const CLAIM = {
  inputHash: 'hash',
  packageId: 'xlarge',
  provider: 'stripe' as const,
  currency: 'INR',
  amountMinor: 35_000n,
  credits: 600n,
  fingerprintId: null,
  returnUrl: null,
  leaseToken: 'bench',
  reference: null,
  metadata: null,
  ...{ challenge: null, payer: UNKNOWN_PAYER, isCheapest: false, hasPassed: false },
  request: {
    ourIntentId: 'bench',
    amountMinor: '35000',
    currency: 'INR',
    description: 'bench',
    metadata: {},
  },
};

export const CAPTURED: Fact = {
  news: 'captured',
  paymentId: null,
  amountMinor: 35_000n,
  currency: 'INR',
  isFinal: false,
  failure: null,
  method: null,
  card: null,
  refundId: null,
  ourRefundId: null,
  refundStatus: null,
};
