import type { PostingKind } from './journal.entity';

export const TRANSACTION_TYPES = [
  'purchase',
  'spend',
  'refund',
  'adjustment',
  'expiry',
  'chargeback',
  'reversal',
  'promo',
  'promo_revoked',
  'spend_reversal',
  'transfer',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** The postings that move a wallet, under the contract's names. A debt that is paid first is an adjustment. */
export const KINDS_OF: Readonly<Record<TransactionType, readonly PostingKind[]>> = {
  purchase: ['grant'],
  spend: ['spend'],
  refund: ['refund'],
  adjustment: ['adjustment', 'debt_payment'],
  expiry: ['expiry'],
  chargeback: ['chargeback'],
  reversal: ['refund_reversal', 'chargeback_reversal'],
  promo: ['promo_grant'],
  promo_revoked: ['promo_revoke'],
  spend_reversal: ['spend_reversal'],
  transfer: ['transfer'],
};
