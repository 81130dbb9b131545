// What a provider keeps beside each object that was made for a purchase: enough to say what was bought, and by whom, where nothing
// else remembers it.
import type { Money } from '../kernel/money';
import type { CallOptions, Outcome, ProviderRefund } from './provider';
import type { SettlementWindow } from './settlement';

/** An object of the account, of ours or of anybody else's who shares it. */
export interface IntentRecord {
  /** pi_… or order_…. */
  readonly providerIntentId: string;
  /** Our intent's id as the provider stored it; null: the object was not made by a gateway. */
  readonly ourIntentId: string | null;
  /** Null: it cannot be read. */
  readonly amount: Money | null;
  /** Everything that is kept beside the object, text by key; what is no text is left out. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Seconds since 1970, the provider's clock. */
  readonly createdAt: number;
}

/** The part of the port that reads what was made, without knowing beforehand what there is. */
export interface ProviderRecords {
  /**
   * Every object that was made in the window, ours and strangers', newest first. A failure is the last value; what came before it
   * is true, and the list is not complete. It never throws.
   * @param options the time is that of each page; one page is in memory at a time.
   */
  listIntentRecords(window: SettlementWindow, options: CallOptions): AsyncIterable<Outcome<IntentRecord>>;
  getIntentRecord(providerIntentId: string, options: CallOptions): Promise<Outcome<IntentRecord>>;
  /** Every refund that was made in the window, of payments of ours or not; as listIntentRecords. */
  listRefunds(window: SettlementWindow, options: CallOptions): AsyncIterable<Outcome<ProviderRefund>>;
}
