// What may be simulated, and what each provider can do of it.
import { AFTER_PAYMENT, type SimulatedOutcome } from '../../intents/simulate';
import { descriptorOf } from '../../providers/descriptors';
import type { ProviderName } from '../../providers/provider';
import { enumOf } from '../enums';

const OUTCOMES = [
  'succeed',
  'decline',
  'insufficient_funds',
  'fail',
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
  'refund_fails',
] as const satisfies readonly SimulatedOutcome[];

export const SimulatedOutcomeEnum = enumOf(
  'SimulatedOutcome',
  OUTCOMES,
  'What the simulated bank and the simulated provider do, each played through the real webhook path.\n' +
    'decline and insufficient_funds leave the intent open for another try; fail is card after card refused for good, until no further try is taken.\n' +
    'dispute_inquiry is a question of the bank, which ends with dispute_closed or, at a provider that says how, becomes a chargeback with dispute_escalated.',
);

/** What a payer who has not paid yet may play. */
export const outcomesOf = (provider: ProviderName): readonly SimulatedOutcome[] =>
  OUTCOMES.filter(
    (outcome) => !AFTER_PAYMENT.includes(outcome) && !descriptorOf(provider).neverPlays.includes(outcome),
  );
