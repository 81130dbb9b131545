// What can be played on an object: each outcome is a short script of effects. What an effect does to an object is the
// providers' business (stripe/effects.ts, razorpay/effects.ts).
import type { PlayedCard } from './card';
import { type Change, type DeliveryPlan, type Family, PLAIN_DELIVERY, type StoredObject } from './objects';

/**
 * The contract's SimulatedOutcome, and for the simulator's own control: a card that is refused for good, and what else may
 * become of a dispute.
 */
export type Outcome =
  | 'succeed'
  | 'decline'
  | 'insufficient_funds'
  | 'fail'
  | 'card_refused'
  | 'decline_fraud'
  | 'succeed_elevated_risk'
  | 'succeed_cvc_failed'
  | 'succeed_prepaid'
  | 'succeed_foreign_card'
  | 'require_action'
  | 'processing_then_succeed'
  | 'processing_then_decline'
  | 'late_success'
  | 'duplicate_webhook'
  | 'reordered_webhooks'
  | 'lost_webhook'
  | 'bad_signature'
  | 'amount_mismatch'
  | 'dispute_inquiry'
  | 'dispute_closed'
  | 'dispute_escalated'
  | 'dispute_under_review'
  | 'dispute_action_required'
  | 'dispute_changed'
  | 'dispute_open'
  | 'dispute_won'
  | 'dispute_lost'
  | 'dispute_fraud'
  | 'early_fraud_warning'
  | 'review_opened'
  | 'review_closed'
  | 'refund_settles'
  | 'refund_fails'
  | 'payout_fails';

/** What the bank does to a payment that was paid. */
export type MoneyBackEffect =
  /** The bank asks; no money moves. */
  | 'openInquiry'
  /** Nobody asks any more. */
  | 'closeDispute'
  /** The bank is not content with the answer to its inquiry, and takes the money. */
  | 'escalateDispute'
  | 'openDispute'
  /** Evidence was sent, the bank looks at it. */
  | 'reviewDispute'
  /** The bank wants more evidence. */
  | 'askForMore'
  /** The bank disputes more or less of the payment than before. */
  | 'changeDispute'
  | 'winDispute'
  | 'loseDispute'
  /** The bank reports a fraud in the form of a dispute, and takes nothing. */
  | 'reportFraud'
  /** The card's network tells of a fraud, before anybody disputes. */
  | 'warnOfFraud'
  /** The provider wants somebody to look at the payment. */
  | 'openReview'
  /** Somebody has, there, and is content. */
  | 'closeReview'
  /** The money of a pending refund has arrived. */
  | 'settleRefund'
  | 'failRefund';

/** What the bank does to a payment that is being made. */
export type PaymentEffect =
  /** The bank agrees, the money is taken. */
  | 'capture'
  /** The bank agrees and the money waits: what `capture` becomes on an object that wants manual capture. */
  | 'authorize'
  /** The money is taken, one minor unit too little. */
  | 'captureShort'
  | 'decline'
  | 'declineFunds'
  /** A decline that trying the same card again cannot mend. */
  | 'declineCard'
  /** The same, card after card, until nobody takes another try. */
  | 'declineForGood'
  /** The provider itself refuses it as a fraud; the bank is not asked. */
  | 'block'
  | 'requireAction'
  /** The bank has not decided yet. */
  | 'process'
  /** The money of what was processing is taken. */
  | 'finish';

/** What the bank does to what was paid out to us: the money comes back. */
export type PayoutEffect = 'failPayout';

export type Effect = PaymentEffect | MoneyBackEffect | PayoutEffect;

export interface Script {
  readonly first: Effect;
  readonly next?: { readonly effect: Effect; readonly afterMs: number };
  /** What the card is that pays. */
  readonly card?: PlayedCard;
  /** How the first effect's events are delivered. */
  readonly delivery?: DeliveryPlan;
  /** True: what matters comes after play() has answered, so nobody should wait for it. */
  readonly comesLater?: boolean;
}

// Long enough for a person to see "processing", short enough to wait for.
export const PROCESSING_MS = 300;
// Long enough that the decline is seen and settled first.
const LATE_MS = 2_000;

export const SCRIPTS: Readonly<Record<Outcome, Script>> = {
  succeed: { first: 'capture' },
  decline: { first: 'decline' },
  insufficient_funds: { first: 'declineFunds' },
  fail: { first: 'declineForGood' },
  card_refused: { first: 'declineCard' },
  decline_fraud: { first: 'block' },
  succeed_elevated_risk: { first: 'capture', card: { riskLevel: 'elevated' } },
  succeed_cvc_failed: { first: 'capture', card: { cvcCheck: 'fail' } },
  succeed_prepaid: { first: 'capture', card: { funding: 'prepaid' } },
  // From a country in which neither provider's own cards are at home here.
  succeed_foreign_card: { first: 'capture', card: { country: 'BR' } },
  require_action: { first: 'requireAction' },
  processing_then_succeed: { first: 'process', next: { effect: 'finish', afterMs: PROCESSING_MS } },
  processing_then_decline: { first: 'process', next: { effect: 'decline', afterMs: PROCESSING_MS } },
  late_success: { first: 'declineForGood', next: { effect: 'capture', afterMs: LATE_MS }, comesLater: true },
  // Three: one more than a pair, so that an even number of deliveries cannot cancel out by accident.
  duplicate_webhook: { first: 'capture', delivery: { copies: 3, forgedFirst: false, retryMs: null } },
  reordered_webhooks: { first: 'capture', delivery: { ...PLAIN_DELIVERY, lastFirst: true } },
  // Nobody hears of it before the gateway looks by itself.
  lost_webhook: { first: 'capture', delivery: { ...PLAIN_DELIVERY, copies: 0 }, comesLater: true },
  bad_signature: {
    first: 'capture',
    delivery: { copies: 1, forgedFirst: true, retryMs: LATE_MS },
    comesLater: true,
  },
  amount_mismatch: { first: 'captureShort' },
  dispute_inquiry: { first: 'openInquiry' },
  dispute_closed: { first: 'closeDispute' },
  dispute_escalated: { first: 'escalateDispute' },
  dispute_under_review: { first: 'reviewDispute' },
  dispute_action_required: { first: 'askForMore' },
  dispute_changed: { first: 'changeDispute' },
  dispute_open: { first: 'openDispute' },
  dispute_won: { first: 'winDispute' },
  dispute_lost: { first: 'loseDispute' },
  dispute_fraud: { first: 'reportFraud' },
  early_fraud_warning: { first: 'warnOfFraud' },
  review_opened: { first: 'openReview' },
  review_closed: { first: 'closeReview' },
  refund_settles: { first: 'settleRefund' },
  refund_fails: { first: 'failRefund' },
  payout_fails: { first: 'failPayout' },
};

/** The cards of `declineForGood`: as many as the gateway lets a payer try, and more than a customer has. */
export const CARDS_REFUSED = 10;

/** One effect of one play, now or as a scheduled step. */
export interface Stage {
  /** Names the play; the charge or payment that it makes, and its events, get their ids from it. */
  readonly play: string;
  /** 0 for the first effect, 1 for what follows it. */
  readonly number: 0 | 1;
  readonly effect: Effect;
  readonly delivery: DeliveryPlan;
  /** What a dispute is about, in minor units; null: the whole payment. */
  readonly amountMinor?: number | null;
  readonly card?: PlayedCard | null;
}

export interface ComingEvent {
  readonly id: string;
  readonly type: string;
}

/** How one provider plays effects. */
export interface Performer {
  /**
   * Why this cannot be played on the object as it stands, for a person; null when it can.
   * @param told what the outcome is about, of the card that pays.
   */
  refusal(family: Family, root: StoredObject, effect: Effect, told: PlayedCard | null): string | null;
  /** The effect that really happens: an object that wants manual capture is only authorised, a card may be known for another. */
  adapt(root: StoredObject, effect: Effect, card: PlayedCard | null): Effect;
  /** Whether the payer has to confirm before this happens, because the object was made so. */
  asksFirst(root: StoredObject, effect: Effect): boolean;
  /** The events that the stage has for an endpoint that asked for them, known before it is applied. */
  eventsOf(root: StoredObject, stage: Stage): readonly ComingEvent[];
  /** Null when the object has ended otherwise since the stage was planned. */
  apply(family: Family, stage: Stage): Change | null;
  statusOf(root: StoredObject): string;
}

export const stageName = (stage: Stage) => `${stage.play}:${stage.number}`;

/** The provider has no such outcome, or the object cannot take it now. The message is written for a person. */
export class OutcomeImpossible extends Error {
  override readonly name = 'OutcomeImpossible';
  constructor(
    message: string,
    /** The provider's own word for where the object stands. */
    readonly currentStatus: string,
  ) {
    super(message);
  }
}
