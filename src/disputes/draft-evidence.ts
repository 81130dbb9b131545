import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { type AnswerNeeds, deskOf } from './answer';
import type { Dispute } from './dispute.entity';
import { checkPlaces, lockFiles } from './evidence';

export interface DraftDisputeEvidenceInput {
  readonly disputeId: string;
  readonly text: string;
  /** Files that go with it; those that are not named are taken off. Left out: all stay. */
  readonly fileIds?: readonly string[] | null;
}

const KEEP = `
  insert into dispute_drafts (dispute_id, text, updated_by, updated_at) values ($1, $2, $3, instant())
  on conflict (dispute_id) do update set text = excluded.text, updated_by = excluded.updated_by, updated_at = excluded.updated_at`;

/**
 * Keeps what somebody writes until it is sent. The provider hears nothing of it. The last one who writes is right.
 * @throws Problem NOT_FOUND, INVALID_INPUT, INVALID_STATE, PROVIDER_UNAVAILABLE
 */
export async function draftDisputeEvidence(
  deps: AnswerNeeds,
  caller: Caller,
  { disputeId, text, fileIds }: DraftDisputeEvidenceInput,
): Promise<Dispute> {
  const { dispute, desk } = await deskOf(deps, disputeId);
  if (text.length > desk.terms.textLengthMax || (text !== '' && !isStorable(text)))
    throw invalidInput(`At most ${desk.terms.textLengthMax} characters are taken.`, 'text');
  await audited(
    deps.pool,
    caller,
    async (client) => {
      await lockFiles(client, disputeId);
      await client.query(KEEP, [disputeId, text, caller.id]);
      if (!fileIds) return;
      await client.query(
        'update dispute_files set is_kept = (id = any($2)) where dispute_id = $1 and is_kept <> (id = any($2))',
        [disputeId, fileIds],
      );
      await checkPlaces(client, desk.terms, disputeId, 'fileIds');
    },
    () => ({
      action: 'draftDisputeEvidence',
      targetId: disputeId,
      diff: { characters: text.length, ...(fileIds ? { files: fileIds.length } : {}) },
    }),
  );
  return dispute;
}
