import {
  type Outcome,
  OutcomeImpossible,
  type Played,
  type PlayedCard,
  playedCard,
} from '@credits-gateway/simulator';
import type { Caller } from '../callers/caller';
import { InvalidStateProblem, invalidInput, notFound, Problem, RetryLaterProblem } from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import type { IntentDeps } from './deps';
import { findIntent } from './find';
import { waitUntil } from './wait';

type Needs = Pick<IntentDeps, 'hub' | 'mode' | 'pool' | 'readIntent' | 'simulator' | 'worked'>;

/** The contract's. */
export type SimulatedOutcome = Exclude<
  Outcome,
  | 'card_refused'
  | 'refund_settles'
  | 'payout_fails'
  | 'dispute_under_review'
  | 'dispute_action_required'
  | 'dispute_changed'
>;

/** A number of a card goes nowhere but to a provider, not even one of a test. */
export type SimulatedCard = {
  readonly [Field in keyof Omit<PlayedCard, 'number'>]: PlayedCard[Field] | null;
};

/** What can only happen to a payment that was made. */
export const AFTER_PAYMENT: readonly SimulatedOutcome[] = [
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
];

export interface Simulation {
  readonly outcome: SimulatedOutcome;
  readonly delayMs: number;
  /** What is left out is as the payer's usual card has it. */
  readonly card?: SimulatedCard | null;
}

const DELAY_MS_MAX = 60_000;
// After the last event is due. Each is worked within milliseconds of its delivery; this is for a busy machine.
const SETTLE_WAIT_MS = 10_000;

/**
 * Mock mode only: lets the simulated bank and provider play an outcome, which comes back through the real webhook path,
 * and answers when it has been settled, unless it is one that comes later.
 * @param input.delayMs 0 to 60000: how long the bank takes.
 * @throws Problem MOCK_ONLY, NOT_FOUND, INVALID_INPUT, INVALID_STATE, IN_PROGRESS
 */
export async function simulatePayment(
  deps: Needs,
  caller: Caller,
  input: Simulation & { readonly id: string },
): Promise<{ intent: Intent; providerEventIds: readonly string[] }> {
  if (deps.mode !== 'mock' || !deps.simulator)
    throw new Problem('MOCK_ONLY', 'Payments are simulated in mock mode only.');
  if (input.delayMs < 0 || input.delayMs > DELAY_MS_MAX)
    throw invalidInput(`delayMs is 0 to ${DELAY_MS_MAX}.`, 'delayMs');
  const card = cardOf(input.card);
  const intent = await findIntent(deps, caller, input.id);
  if (!intent) throw notFound('The intent', ['input', 'id']);
  if (!intent.providerIntentId)
    throw new RetryLaterProblem('IN_PROGRESS', 'The provider has not answered the creation yet.', 1);
  const played = await play(deps, intent, intent.providerIntentId, { ...input, card });
  // A hint alone costs no look: nearly always this process works what it has played.
  const isSettled = (mayAsk: boolean) =>
    deps.worked.areWorked(intent.provider, played.providerEventIds, mayAsk);
  await waitUntil(deps, intent.id, isSettled, input.delayMs + SETTLE_WAIT_MS);
  const { providerEventIds } = played;
  const settled =
    deps.worked.takeSettled(intent.provider, providerEventIds) ?? (await deps.readIntent(intent.id));
  return { intent: settled ?? intent, providerEventIds };
}

/** @throws Problem INVALID_INPUT */
function cardOf(card: SimulatedCard | null | undefined): PlayedCard | null {
  if (!card) return null;
  const said = Object.fromEntries(
    Object.entries(card).filter(([, value]) => value !== null && value !== undefined),
  );
  const parsed = playedCard.omit({ number: true }).safeParse(said);
  if (parsed.success) return parsed.data;
  throw invalidInput(
    'A card has a fingerprint of letters, digits and _ and a country of two upper-case letters.',
    'card',
  );
}

async function play(
  deps: Needs,
  intent: Intent,
  providerIntentId: string,
  input: Omit<Simulation, 'card'> & { readonly card: PlayedCard | null },
): Promise<Played> {
  try {
    const { outcome, delayMs, card } = input;
    const played = await deps.simulator?.play({
      provider: intent.provider,
      providerIntentId,
      outcome,
      delayMs,
      ...(card ? { card } : {}),
    });
    return played ?? { providerEventIds: [], comesLater: true };
  } catch (error) {
    if (error instanceof OutcomeImpossible)
      throw new InvalidStateProblem(
        error.message,
        intent.status,
        AFTER_PAYMENT.includes(input.outcome) ? ['succeeded'] : ['pending', 'processing', 'failed'],
      );
    throw error;
  }
}
