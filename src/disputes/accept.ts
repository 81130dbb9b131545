import type { Caller } from '../callers/caller';
import { InvalidStateProblem, invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { type Answered, type AnswerNeeds, answerDispute } from './answer';

export interface AcceptDisputeInput {
  readonly disputeId: string;
  /** For operators alone: the bank is told nothing. */
  readonly reason: string;
  readonly idempotencyKey: string;
}

const REASON_MAX = 500; // As of a refund.

/**
 * Lets the payer have the money: the dispute is lost at once, its credits leave, and nothing takes it back. An inquiry is no claim
 * that could be accepted: its payment is refunded. The same key and reason accept once.
 * @throws Problem NOT_FOUND, INVALID_INPUT, INVALID_STATE, IN_PROGRESS, IDEMPOTENCY_CONFLICT, PROVIDER_DECLINED,
 *   PROVIDER_UNAVAILABLE
 */
export async function acceptDispute(
  deps: AnswerNeeds,
  caller: Caller,
  { disputeId, reason, idempotencyKey }: AcceptDisputeInput,
): Promise<Answered> {
  const text = reason.trim();
  if (text.length === 0 || text.length > REASON_MAX || !isStorable(text))
    throw invalidInput(`A reason has 1 to ${REASON_MAX} characters.`, 'reason');
  return answerDispute(
    deps,
    caller,
    { kind: 'accept', action: 'acceptDispute', disputeId, text, idempotencyKey },
    async (_, { status }) => {
      if (status === 'inquiry')
        throw new InvalidStateProblem(
          'The bank asks, and has taken nothing: to agree with the payer, refund the payment.',
          status,
          ['open'],
        );
    },
    (desk, { providerDisputeId }, _, options) => desk.accept(providerDisputeId, options),
  );
}
