// What a posting says to a person, made from its kind when it is read. Pure.
import type { Journal, PostingKind } from '../../credits/journal.entity';

const WORDS: Readonly<Record<PostingKind, string>> = {
  receipt: 'Payment received',
  unapplied: 'Money that bought nothing',
  grant: 'Credits granted',
  debt_payment: 'Debt paid by a purchase',
  spend: 'Credits spent',
  refund: 'Refund',
  refund_reversal: 'Refund that failed, given back',
  expiry: 'Credits expired',
  adjustment: 'Adjustment',
  dispute_withdrawn: 'Dispute, money withdrawn by the provider',
  dispute_reinstated: 'Dispute, money reinstated by the provider',
  chargeback: 'Dispute lost, credits taken back',
  chargeback_reversal: 'Dispute won after all, credits given back',
  fee: 'Fee of the provider',
  payout: 'Payout to the bank',
  correction: 'Correction',
  spend_reversal: 'Spend given back',
  promo_grant: 'Promotional credits given',
  promo_revoke: 'Promotional credits taken back',
  transfer: 'Credits moved between wallets',
};

/** One line for a statement, e.g. `Credits spent: image of a cat`. */
export const describe = ({ kind, reason }: Pick<Journal, 'kind' | 'reason'>): string =>
  reason ? `${WORDS[kind]}: ${reason}` : WORDS[kind];
