// What a provider says of a fraud, or of a payment that it wants looked at, after the money is in.
import type { CallOptions, Outcome } from './provider';
import type { SettlementWindow } from './settlement';

export interface ProviderWarning {
  /** issfr_…, prv_… or disp_…. */
  readonly providerWarningId: string;
  /**
   * An early fraud warning is the card network's, before anybody disputes; a review is the provider's own doubt, closed by a person
   * there; a fraud dispute is a report of fraud in the form of a dispute, which takes no money.
   */
  readonly kind: 'early_fraud_warning' | 'provider_review' | 'fraud_dispute';
  /** Null: it is about no payment. */
  readonly providerPaymentId: string | null;
  /** Null: the provider names the payment only. */
  readonly providerIntentId: string | null;
  /** False: the payment is disputed, or all of it went back, or somebody has decided. */
  readonly isActionable: boolean;
  /** The provider's own word. */
  readonly reason: string;
  /** How a review was closed, in the provider's own word, of which `approved` is the good one; null: it was not. */
  readonly closedReason: string | null;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

/** The part of the port that reads warnings. */
export interface ProviderWarnings {
  getWarning(providerWarningId: string, options: CallOptions): Promise<Outcome<ProviderWarning>>;
  /**
   * Every warning that was raised in the window and is still heard of, of payments of ours or not, and perhaps some beside it. A
   * failure is the last value; what came before it is true, and the list is not complete. It never throws.
   * @param options the time is that of each page; one page is in memory at a time.
   */
  listWarnings(
    window: SettlementWindow,
    options: CallOptions,
  ): AsyncGenerator<Outcome<ProviderWarning>, void, void>;
}
