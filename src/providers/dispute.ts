// What a provider says about disputes.
import type { Money } from '../kernel/money';
import type { CallOptions, Outcome, ProviderIntent } from './provider';
import type { SettlementWindow } from './settlement';

export interface ProviderDispute {
  readonly providerDisputeId: string;
  readonly providerPaymentId: string;
  /** Null: the provider names the payment only. */
  readonly providerIntentId: string | null;
  /** An inquiry moves no money; a chargeback does, and an inquiry may become one. */
  readonly phase: 'inquiry' | 'chargeback';
  /** `closed` ended without a loss. None is final: a won chargeback can reopen in a later phase. */
  readonly status: 'inquiry' | 'open' | 'won' | 'lost' | 'closed';
  readonly amount: Money;
  /** What the provider has taken for it and not given back, without its fee. */
  readonly amountWithdrawnMinor: bigint;
  readonly reason: string;
  /** Seconds since 1970. */
  readonly respondBy: number | null;
  readonly createdAt: number;
}

/** The part of the port that reads disputes. */
export interface ProviderDisputes {
  getDispute(providerDisputeId: string, options: CallOptions): Promise<Outcome<ProviderDispute>>;
  /**
   * Every dispute that was opened in the window, of payments of ours or not, and perhaps some beside it. A failure is the
   * last value; what came before it is true, and the list is not complete. It never throws.
   * @param options the time is that of each page; one page is in memory at a time.
   */
  listDisputes(
    window: SettlementWindow,
    options: CallOptions,
  ): AsyncGenerator<Outcome<ProviderDispute>, void, void>;
  /** Every dispute of the payments on this object, for one whose events may have been lost. */
  listDisputesOf(intent: ProviderIntent, options: CallOptions): Promise<Outcome<readonly ProviderDispute[]>>;
}
