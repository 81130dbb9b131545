import type { Caller } from '../callers/caller';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { descriptorOf } from '../providers/descriptors';
import { type Answered, type AnswerNeeds, answerDispute } from './answer';
import { draftsOf } from './evidence';

export interface SubmitDisputeEvidenceInput {
  readonly disputeId: string;
  /** What the bank reads. */
  readonly text: string;
  readonly idempotencyKey: string;
}

/**
 * Sends evidence to the bank: the text, and the files that are attached now. It goes once and cannot be taken back; the same key
 * and text send once.
 * @throws Problem NOT_FOUND, INVALID_INPUT, INVALID_STATE, IN_PROGRESS, IDEMPOTENCY_CONFLICT, PROVIDER_DECLINED,
 *   PROVIDER_UNAVAILABLE
 */
export async function submitDisputeEvidence(
  deps: AnswerNeeds,
  caller: Caller,
  { disputeId, text: given, idempotencyKey }: SubmitDisputeEvidenceInput,
): Promise<Answered> {
  const text = given.trim();
  if (text.length === 0 || !isStorable(text)) throw invalidInput('Say what the bank is to know.', 'text');
  return answerDispute(
    deps,
    caller,
    { kind: 'evidence', action: 'submitDisputeEvidence', disputeId, text, idempotencyKey },
    async ({ terms }, dispute) => {
      const { title } = descriptorOf(dispute.provider);
      if (text.length > terms.textLengthMax)
        throw invalidInput(`${title} takes ${terms.textLengthMax} characters at most.`, 'text');
      const [draft] = await draftsOf(deps, [disputeId]);
      if (terms.needsFile && draft?.files.length === 0)
        throw invalidInput(`${title} takes no text alone: attach a file first.`, 'text');
    },
    (desk, { providerDisputeId }, { text: sent, files }, options) =>
      desk.submit(providerDisputeId, { text: sent, files }, options),
  );
}
