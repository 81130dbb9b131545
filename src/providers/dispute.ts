// What a provider says about disputes.
import type { Money } from '../kernel/money';
import type { CallOptions, KeyedCallOptions, Outcome, ProviderIntent } from './provider';
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
  /** The bank waits for evidence, or for it to be accepted; not once one of them was sent. */
  readonly needsAnswer: boolean;
  /** Seconds since 1970. */
  readonly respondBy: number | null;
  readonly createdAt: number;
}

/** What a file of evidence shows: words for which every provider has a place. */
export const EVIDENCE_KINDS = ['receipt', 'communication', 'activity_log', 'refund_policy', 'other'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export interface EvidenceFile {
  /** Without a path. */
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface Evidence {
  readonly text: string;
  readonly files: readonly { readonly kind: EvidenceKind; readonly providerFileId: string }[];
}

/** What a provider takes as evidence. */
export interface EvidenceTerms {
  /** Characters. */
  readonly textLengthMax: number;
  /** It takes no text alone. */
  readonly needsFile: boolean;
  /** Null: as many as one likes. */
  readonly filesOfAKindMax: number | null;
  readonly contentTypes: readonly string[];
}

/** The part of the port that answers disputes, where the provider lets programs do so. */
export interface DisputeAnswers {
  readonly terms: EvidenceTerms;
  /** Hands over a file that goes with evidence later, and binds nobody by itself. @returns the provider's id of it */
  upload(file: EvidenceFile, options: KeyedCallOptions): Promise<Outcome<string>>;
  /** Sends evidence to the bank, for good. `rejected` for a dispute that takes no answer any more. */
  submit(
    providerDisputeId: string,
    evidence: Evidence,
    options: KeyedCallOptions,
  ): Promise<Outcome<ProviderDispute>>;
  /** Lets the payer have the money, for good: the dispute is lost. `rejected` as above. */
  accept(providerDisputeId: string, options: KeyedCallOptions): Promise<Outcome<ProviderDispute>>;
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
