// What a provider says about its own books: one line for each movement of our balance there, so that ours can be held
// against them.
import type { Money } from '../kernel/money';
import type { CallOptions, Outcome } from './provider';

/** Seconds since 1970. Stripe files by when the entry was made, Razorpay by the day (IST) on which it was settled. */
export interface SettlementWindow {
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export type SettlementKind =
  | 'payment'
  | 'refund'
  /** The money of a refund that failed came back. */
  | 'refund_failure'
  /** Taken for a dispute. */
  | 'dispute'
  | 'dispute_reversal'
  | 'fee'
  | 'payout'
  /** Whatever else moves a balance, and whatever is new. */
  | 'other';

/** `amount` is what moved before the provider's fee, signed: what comes to us is positive. */
export interface SettlementEntry {
  /** txn_… at Stripe; Razorpay's entries have the id of what moved. Unique within a provider. */
  readonly providerEntryId: string;
  readonly kind: SettlementKind;
  /** What moved: ch_…, re_…, dp_…, po_…, pay_…, rfnd_…, disp_…, setl_…. */
  readonly providerObjectId: string | null;
  /** pi_… or order_…, where the entry names it. */
  readonly providerIntentId: string | null;
  /** In the currency of our balance there, which may be another than the payer's. */
  readonly amount: Money;
  readonly feeMinor: bigint;
  /** amount − fee, always. */
  readonly netMinor: bigint;
  /** po_… or setl_…; null before it is paid out, and where the entry does not say. */
  readonly providerPayoutId: string | null;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

/**
 * A line of the books that says something which no line can say, so that nobody knows what moved. It is no failure: the lines
 * beside it are true, and the window is complete but for it.
 */
export interface UnreadableLine {
  readonly kind: 'unreadable';
  /** As it names itself, what moved, and the payout that it went into, where that much can be read. */
  readonly providerEntryId: string | null;
  readonly providerObjectId: string | null;
  readonly providerPayoutId: string | null;
  /** Which part of it cannot be read, and nothing of what it says. */
  readonly reason: string;
}

export type BookLine = Outcome<SettlementEntry> | UnreadableLine;

/** A payout as the provider lists it, beside the movement of our balance that it is. */
export interface ListedPayout {
  /** po_…. */
  readonly providerPayoutId: string;
  /** What it says went to the bank, positive. */
  readonly amount: Money;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

/** The part of the port that reads the provider's own books. */
export interface ProviderBooks {
  /**
   * Every entry of the window, and perhaps some beside it: the id tells which are known. A line that cannot be read is told
   * as one, and the others go on. A failure is the last value; what came before it is true, and the window is not complete.
   * It never throws.
   * @param options the time is that of each page; one page is in memory at a time.
   */
  listSettlementEntries(window: SettlementWindow, options: CallOptions): AsyncIterable<BookLine>;
  /**
   * The payouts that were made in the window and have not failed, so that one whose movement is not in the books is
   * noticed; one that cannot be read is told as such. A failure is the last value. It never throws. Absent where the entries name the payout they went into.
   */
  listPayouts?(
    window: SettlementWindow,
    options: CallOptions,
  ): AsyncIterable<Outcome<ListedPayout> | UnreadableLine>;
  /**
   * What the provider says about one payout: the payout itself, and what it was made of where the entries do not name
   * it. `not_found` when there is no such payout, `rejected` when the provider cannot say what it was made of. A failure
   * is the last value. It never throws.
   */
  listPayoutEntries(providerPayoutId: string, options: CallOptions): AsyncIterable<BookLine>;
}
