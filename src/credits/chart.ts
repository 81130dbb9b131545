// The chart of accounts: what each code means. docs/ledger.md shows each in numbers, and a test holds the two together.

import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';

export type AccountKind = 'asset' | 'liability' | 'revenue' | 'expense' | 'equity';

export interface Account {
  readonly code: string;
  readonly name: string;
  readonly kind: AccountKind;
  /** `currency`: one balance for each currency that it has seen. */
  readonly holds: 'currency' | 'CREDIT';
}

export const CHART: readonly Account[] = [
  ...PROVIDER_NAMES.map((provider): Account => {
    const { title } = descriptorOf(provider);
    return { code: `clearing_${provider}`, name: `${title} clearing`, kind: 'asset', holds: 'currency' };
  }),
  { code: 'bank', name: 'Bank', kind: 'asset', holds: 'currency' },
  { code: 'deferred_revenue', name: 'Sold credits not yet spent', kind: 'liability', holds: 'currency' },
  { code: 'unapplied', name: 'Money that bought nothing', kind: 'liability', holds: 'currency' },
  { code: 'revenue', name: 'Revenue', kind: 'revenue', holds: 'currency' },
  { code: 'breakage', name: 'Breakage', kind: 'revenue', holds: 'currency' },
  { code: 'refunds', name: 'Refunds of spent credits', kind: 'expense', holds: 'currency' },
  { code: 'chargebacks', name: 'Chargebacks of spent credits', kind: 'expense', holds: 'currency' },
  { code: 'fees', name: 'Fees of the providers', kind: 'expense', holds: 'currency' },
  { code: 'adjustments', name: 'Adjustments', kind: 'expense', holds: 'currency' },
  { code: 'wallet', name: 'Credits of users', kind: 'liability', holds: 'CREDIT' },
  { code: 'debt', name: 'Credits owed by users', kind: 'asset', holds: 'CREDIT' },
  { code: 'credits_issued', name: 'Credits issued', kind: 'equity', holds: 'CREDIT' },
  { code: 'credits_spent', name: 'Credits spent', kind: 'equity', holds: 'CREDIT' },
  { code: 'credits_expired', name: 'Credits expired', kind: 'equity', holds: 'CREDIT' },
  { code: 'credits_promo', name: 'Promotional credits', kind: 'equity', holds: 'CREDIT' },
  { code: 'credits_transferred', name: 'Credits between wallets', kind: 'equity', holds: 'CREDIT' },
  { code: 'credits_adjusted', name: 'Credits adjusted', kind: 'equity', holds: 'CREDIT' },
];

const BY_CODE = new Map(CHART.map((account) => [account.code, account]));

/** Undefined for a code that is in no chart. */
export const accountOf = (code: string): Account | undefined => BY_CODE.get(code);

/**
 * A balance as the account's kind reads it: assets and expenses grow by debits, all others by credits.
 * @param credits the sum of the lines, in which a credit is positive and a debit negative.
 */
export const balanceOn = (kind: AccountKind, credits: bigint): bigint =>
  kind === 'asset' || kind === 'expense' ? -credits : credits;
