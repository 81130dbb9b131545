// What may be simulated, and what each provider can do of it.
import type { SimulatedOutcome } from '../../intents/simulate';
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
  'bad_signature',
  'amount_mismatch',
] as const satisfies readonly SimulatedOutcome[];

export const SimulatedOutcomeEnum = enumOf(
  'SimulatedOutcome',
  OUTCOMES,
  'What the simulated bank and the simulated provider do, each played through the real webhook path.\n' +
    'decline and insufficient_funds leave the intent open for another try; fail is a decline that the provider calls final.',
);

/** Razorpay's payer authenticates inside its checkout, before a payment exists: it never asks us for an action. */
export const outcomesOf = (provider: ProviderName): readonly SimulatedOutcome[] =>
  provider === 'stripe' ? OUTCOMES : OUTCOMES.filter((outcome) => outcome !== 'require_action');
