// The port to a payment provider. A call answers with an outcome and never throws, so that the compiler makes every
// caller face "we do not know whether it happened". An adapter never retries what may have happened and never touches the database.
import type { Money } from '../kernel/money';
import type { Turn } from '../limits/call-queue';
import type { TraceSubject } from '../telemetry/observed';
import type { Capabilities } from './capabilities';
import type { ProviderCard } from './card';
import type { DESCRIPTORS } from './descriptors';
import type { DisputeAnswers, ProviderDisputes } from './dispute';
import type { EventSubject, ToldPayment } from './event-subject';
import type { ProviderRecords } from './intent-record';
import type { ProviderBooks } from './settlement';
import type { ProviderWarnings } from './warning';

export type ProviderName = keyof typeof DESCRIPTORS;

/**
 * Where the provider's object stands. There is no "failed": a decline leaves the object payable, and the end of
 * patience is ours to call.
 */
export type ProviderIntentStatus =
  | 'pending'
  | 'requires_action'
  | 'processing'
  | 'authorized'
  | 'succeeded'
  | 'canceled';

/** One try to pay: ch_… at Stripe, pay_… at Razorpay. `voided` is an authorisation that was never captured. */
export type ProviderPaymentStatus = 'created' | 'authorized' | 'declined' | 'captured' | 'voided';

/** Why a try failed, in words that may be shown to the payer. */
export interface PaymentFailure {
  readonly code: string;
  readonly message: string;
  readonly declineCode: string | null;
  /** False when the provider says that trying again is of no use (Stripe: advice_code do_not_try_again). */
  readonly retryable: boolean;
}

export interface PaymentMethod {
  readonly kind: string;
  readonly brand: string | null;
  readonly last4: string | null;
}

export interface ProviderRefund {
  readonly providerRefundId: string;
  /** Our refund's id as the provider stored it; null for one that somebody else made. */
  readonly ourRefundId: string | null;
  readonly providerPaymentId: string;
  readonly amount: Money;
  readonly status: 'pending' | 'succeeded' | 'failed';
}

export interface ProviderPayment {
  readonly providerPaymentId: string;
  readonly status: ProviderPaymentStatus;
  readonly amount: Money;
  readonly amountRefundedMinor: bigint;
  readonly failure: PaymentFailure | null;
  readonly method: PaymentMethod | null;
  /** Null when nothing is said of it, as of most payments that are by no card. */
  readonly card: ProviderCard | null;
  /** Seconds since 1970, the provider's clock. */
  readonly createdAt: number;
}

/** What the provider says about one intent of ours, whole: its object, every payment on it, every refund of those. */
export interface ProviderIntent {
  /** pi_… or order_…. */
  readonly providerIntentId: string;
  /** Our intent's id as the provider stored it; null when it carries none. */
  readonly ourIntentId: string | null;
  readonly status: ProviderIntentStatus;
  /** The provider's own word, e.g. requires_payment_method. */
  readonly providerStatus: string;
  readonly amount: Money;
  /** Oldest first. */
  readonly payments: readonly ProviderPayment[];
  readonly refunds: readonly ProviderRefund[];
  /** The last error of the object, also when it belongs to no payment (a failed 3-D Secure check makes none). */
  readonly failure: PaymentFailure | null;
  /** What a browser needs to pay: Stripe's client secret. Razorpay has none, its order id serves. */
  readonly clientSecret: string | null;
}

export type Failure =
  /** This try is over; the object may stay payable. */
  | ({ readonly kind: 'declined' } & PaymentFailure)
  /** Our request is wrong: sending it again cannot help. */
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  /** The provider's state differs from what we thought: read it, then decide. */
  | { readonly kind: 'conflict'; readonly code: string; readonly message: string }
  | { readonly kind: 'not_found'; readonly message: string }
  /** Our keys are wrong or may not do this: a person must act. */
  | { readonly kind: 'misconfigured'; readonly message: string }
  /** Nothing happened: the same call with the same key, later. */
  | {
      readonly kind: 'retryable';
      readonly reason: 'rate_limited' | 'in_progress' | 'locked';
      readonly retryAfterMs?: number;
    }
  /** It may have happened. The same key again, or a read, will tell; it is never called failed. */
  | {
      readonly kind: 'unknown';
      readonly reason: 'timeout' | 'connection_lost' | 'server_error' | 'bad_response';
    };

export type Outcome<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

export interface CallOptions {
  /** Milliseconds until we stop waiting; the outcome is then unknown. */
  readonly timeoutMs: number;
  /** For which purchase, where it is for one: in its trace the call stands. */
  readonly about?: TraceSubject;
}

export interface ReadCallOptions extends CallOptions {
  /** Somebody has tried to pay it: a guess, that may save a call and never changes the answer. */
  readonly isTried?: boolean;
}

export interface KeyedCallOptions extends CallOptions {
  /** Made from our own row's id, so that a repeat from any process is the same call to the provider. */
  readonly idempotencyKey: string;
}

/** Frozen in the intent's row before it is sent, and sent again byte for byte after a crash. */
export interface CreateIntentRequest {
  readonly ourIntentId: string;
  readonly amount: Money;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Has the payer's bank confirm the payer, where the provider can ask for it (`canForceAuthentication`). */
  readonly forceAuthentication?: boolean;
}

/** Looks for the object of a create call that was never answered. Times in seconds since 1970, both inclusive. */
export interface FindIntentRequest {
  readonly ourIntentId: string;
  /** With a margin: our clock and the provider's differ. */
  readonly createdAfter: number;
  /** Soon after the last time it was sent: every object that the provider made in between may have to be read. */
  readonly createdBefore: number;
}

export interface CapturePaymentRequest {
  readonly providerIntentId: string;
  readonly providerPaymentId: string;
  readonly amount: Money;
}

/** Frozen in the refund's row before it is sent, like the request of a create call. */
export interface CreateRefundRequest {
  readonly providerIntentId: string;
  readonly providerPaymentId: string;
  readonly amount: Money;
  readonly ourRefundId: string;
  readonly gatewayId?: string;
  /** Kept beside the refund at the provider; cut to what it takes. */
  readonly reason: string;
  /** Tells the provider that the payment was a fraud, which may put the payer's card on its block list. */
  readonly isFraudulent?: boolean;
}

/** What a provider's sheet hands the browser after a payment, under the names that the provider gives it. */
export type Proof = Readonly<Record<string, string>>;

/** News that a provider sent, verified. It says which object changed, never what to believe about it. */
export interface VerifiedEvent {
  readonly providerEventId: string;
  readonly type: string;
  /** pi_… or order_…; null when the event does not name one. */
  readonly providerIntentId: string | null;
  /** Our intent's id from the object's metadata, for news that overtakes the answer that made the object. */
  readonly ourIntentId: string | null;
  /** Which gateway made the object, as that one wrote on it; null: it does not say. */
  readonly gatewayId: string | null;
  readonly subject: 'payment' | 'refund' | 'dispute' | 'warning' | 'settlement' | 'other';
  /** Null: the provider does not say. */
  readonly livemode: boolean | null;
}

/** The event is refused before anything is stored. */
export class WebhookRejected extends Error {
  override readonly name = 'WebhookRejected';
  constructor(readonly reason: 'signature' | 'stale' | 'malformed') {
    super(`Webhook event refused: ${reason}`);
  }
}

export interface Provider extends ProviderBooks, ProviderDisputes, ProviderRecords, ProviderWarnings {
  readonly name: ProviderName;
  readonly capabilities: Capabilities;
  /** Absent where disputes are answered in the provider's dashboard alone. */
  readonly disputeAnswers?: DisputeAnswers;
  /** The same provider, for calls that wait in another turn where it allows fewer than are wanted. */
  inTurn(turn: Turn): Provider;
  createIntent(request: CreateIntentRequest, options: KeyedCallOptions): Promise<Outcome<ProviderIntent>>;
  /** Reads the object with every payment and refund on it. */
  getIntent(providerIntentId: string, options: ReadCallOptions): Promise<Outcome<ProviderIntent>>;
  /**
   * Asks the provider to cancel. Already canceled is `ok`; already paid is `conflict`.
   * Without nativeCancel this only reads: `ok` with the object as it stands.
   */
  cancelIntent(providerIntentId: string, options: KeyedCallOptions): Promise<Outcome<ProviderIntent>>;
  /**
   * Only to resolve a create call whose outcome is unknown. `ok` with null is not proof: lists lag, so wait and look
   * again before anything is sent under another key.
   */
  findIntent(request: FindIntentRequest, options: CallOptions): Promise<Outcome<ProviderIntent | null>>;
  /** Takes the money of an authorised payment. Already captured is `ok` with the object as it stands. */
  capturePayment(request: CapturePaymentRequest, options: KeyedCallOptions): Promise<Outcome<ProviderIntent>>;
  /**
   * Sends money back. `conflict` when nothing is left to send back or a dispute holds it, `rejected` when less is left
   * than was asked for. The money may still be under way (`pending`), and a success may turn into `failed` later.
   */
  createRefund(request: CreateRefundRequest, options: KeyedCallOptions): Promise<Outcome<ProviderRefund>>;
  /** @param providerPaymentId whose refund it has to be; null when that is not known. */
  getRefund(
    providerRefundId: string,
    providerPaymentId: string | null,
    options: CallOptions,
  ): Promise<Outcome<ProviderRefund>>;
  /** The object that a payment was made on, for news that names the payment alone; null when it was made on none. */
  getIntentIdOfPayment(providerPaymentId: string, options: CallOptions): Promise<Outcome<string | null>>;
  /**
   * Whether the provider itself signed what its sheet handed the browser, for the id of the object that we stored, in
   * constant time. It proves that somebody paid, not that the money was captured: read the object then. Absent where the
   * sheet hands over nothing.
   */
  verifyProof?(proof: Proof, providerIntentId: string): boolean;
  /**
   * Checks a webhook event's signature over the bytes as they came, then reads what it is about. Pure, no I/O.
   * @param nowMs the time against which the signature's age is judged, where it carries one.
   * @throws WebhookRejected
   */
  verifyWebhook(body: Buffer, headers: WebhookHeaders, nowMs: number): VerifiedEvent;
  /** What the body of a verified event names beside the object. Pure; never throws. */
  subjectOf(body: Buffer): EventSubject;
  /** The payment that a verified event tells of, when it went well and nothing of it has come back. Pure; never throws. */
  toldBy(body: Buffer): ToldPayment | null;
}

/** Lower-case names, as Node gives them. */
export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;
