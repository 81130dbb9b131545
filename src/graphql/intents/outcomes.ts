// What may be simulated, and what each provider can do of it.
import { AFTER_PAYMENT, type SimulatedOutcome } from '../../intents/simulate';
import { descriptorOf } from '../../providers/descriptors';
import type { ProviderName } from '../../providers/provider';
import { enumOf } from '../enums';

const OUTCOMES = [
  'succeed',
  'succeed_elevated_risk',
  'succeed_cvc_failed',
  'succeed_prepaid',
  'succeed_foreign_card',
  'decline',
  'insufficient_funds',
  'fail',
  'decline_fraud',
  'require_action',
  'processing_then_succeed',
  'processing_then_decline',
  'late_success',
  'duplicate_webhook',
  'reordered_webhooks',
  'lost_webhook',
  'bad_signature',
  'amount_mismatch',
  'dispute_inquiry',
  'dispute_closed',
  'dispute_escalated',
  'dispute_open',
  'dispute_won',
  'dispute_lost',
  'dispute_fraud',
  'early_fraud_warning',
  'review_opened',
  'review_closed',
  'refund_fails',
] as const satisfies readonly SimulatedOutcome[];

export const SimulatedOutcomeEnum = enumOf(
  'SimulatedOutcome',
  OUTCOMES,
  'What the simulated bank and the simulated provider do, each played through the real webhook path.\n' +
    'decline and insufficient_funds leave the intent open for another try; fail is card after card refused for good, until no further try is taken.\n' +
    'dispute_inquiry is a question of the bank, which ends with dispute_closed or, at a provider that says how, becomes a chargeback with dispute_escalated.',
  {
    succeed: 'The payment goes through.',
    succeed_elevated_risk: 'It goes through, and the provider holds it for risky, where it says so of any.',
    succeed_cvc_failed: 'It goes through, though the security code is wrong, at a provider that tells of it.',
    succeed_prepaid: 'It goes through, with a prepaid card.',
    succeed_foreign_card: 'It goes through, with a card from Brazil.',
    decline: 'The bank says no; the payer may try again.',
    insufficient_funds: 'The card has too little; the payer may try again.',
    decline_fraud: 'The provider itself refuses it as a fraud; the payer is not told why.',
    fail: 'Card after card is refused until no further try is taken.',
    require_action: 'The bank wants the payer to confirm, and then the payment goes through.',
    processing_then_succeed: 'The provider takes its time, then the payment goes through.',
    processing_then_decline: 'The provider takes its time, then the bank says no.',
    late_success: 'It looks failed, and the money comes afterwards.',
    duplicate_webhook: 'The payment goes through, and the event comes twice.',
    reordered_webhooks: 'The payment goes through, and later events overtake earlier ones.',
    lost_webhook: 'The payment goes through, and no event comes; syncIntent or the sweep finds it.',
    bad_signature: 'The event comes with a signature that is none.',
    amount_mismatch: 'Another amount is paid than was asked for.',
    dispute_inquiry: 'After payment: the bank asks a question.',
    dispute_closed: 'After payment: the question ends without more.',
    dispute_escalated: 'After payment: the question becomes a chargeback.',
    dispute_open: 'After payment: the bank takes the money back for now.',
    dispute_won: 'After payment: the bank gives it back.',
    dispute_lost: 'After payment: the bank keeps it.',
    dispute_fraud:
      'After payment: the bank reports a fraud as a dispute, and takes nothing yet; at a provider that has no warnings.',
    early_fraud_warning:
      'After payment: the card network warns of a fraud before anybody disputes; at a provider that tells of it.',
    review_opened: 'After payment: the provider, if it does such a thing, wants somebody to look at it.',
    review_closed: 'After payment: somebody has, and approved it there.',
    refund_fails: 'After payment: the next refund is refused.',
  },
);

/** What a payer who has not paid yet may play. */
export const outcomesOf = (provider: ProviderName): readonly SimulatedOutcome[] =>
  OUTCOMES.filter(
    (outcome) => !AFTER_PAYMENT.includes(outcome) && !descriptorOf(provider).neverPlays.includes(outcome),
  );
