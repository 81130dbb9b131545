import { createHash } from 'node:crypto';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { newId } from '../kernel/ids';
import { InvalidStateProblem, invalidInput, Problem, RetryLaterProblem } from '../kernel/problems';
import { providerWords } from '../kernel/provider-words';
import { isStorable } from '../kernel/text';
import { againSeconds } from '../providers/again';
import { descriptorOf } from '../providers/descriptors';
import type { DisputeAnswers, EvidenceKind } from '../providers/dispute';
import { type AnswerNeeds, deskOf } from './answer';
import type { Dispute } from './dispute.entity';
import { checkPlaces, lockFiles } from './evidence';

export interface AttachDisputeFileInput {
  readonly disputeId: string;
  readonly kind: EvidenceKind;
  /** Without a path. */
  readonly name: string;
  readonly contentType: string;
  /** Base 64. */
  readonly content: string;
}

// What a request may have, in base 64, with room for the rest of it. The providers take 5 MB.
export const FILE_BYTES_MAX = 750_000;
const NAME_MAX = 255;
const unpadded = (base64: string) => base64.replace(/={1,2}$/, '');

const KEEP = `
  insert into dispute_files (id, dispute_id, kind, name, content_type, bytes, digest, provider_file_id, attached_by, attached_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, instant())
  on conflict on constraint dispute_files_once do update set is_kept = true`;

/**
 * Hands a file to the provider, to go with the evidence when that is sent. The same file of the same kind is attached once.
 * @throws Problem NOT_FOUND, INVALID_INPUT, INVALID_STATE, PROVIDER_DECLINED, PROVIDER_UNAVAILABLE
 */
export async function attachDisputeFile(
  deps: AnswerNeeds,
  caller: Caller,
  input: AttachDisputeFileInput,
): Promise<Dispute> {
  const { disputeId, kind, name, contentType } = input;
  const { dispute, desk } = await deskOf(deps, disputeId);
  const content = contentIn(input, desk);
  if (!['inquiry', 'open'].includes(dispute.status) || dispute.needsAnswer === false)
    throw new InvalidStateProblem('The bank waits for no evidence.', dispute.status, ['inquiry', 'open']);
  const digest = createHash('sha256').update(content).digest('hex');
  await checkRoom(deps, desk, input, digest);
  const idempotencyKey = `${disputeId}:${kind}:${digest}`;
  const options = { timeoutMs: deps.providerTimeoutMs, idempotencyKey };
  const sent = await desk.upload({ name, contentType, content }, options);
  const { title } = descriptorOf(dispute.provider);
  if (sent.kind === 'unknown' || sent.kind === 'retryable')
    throw new RetryLaterProblem(
      'PROVIDER_UNAVAILABLE',
      `${title} cannot take files now.`,
      againSeconds(sent, 5),
    );
  if (sent.kind !== 'ok')
    throw new Problem('PROVIDER_DECLINED', `${title} refused the file: ${providerWords(sent.message)}`);
  const row = [newId('disputeFile'), disputeId, kind, name, contentType, content.length, digest, sent.value];
  await audited(
    deps.pool,
    caller,
    async (client) => {
      await lockFiles(client, disputeId);
      await client.query(KEEP, [...row, caller.id]);
      await checkPlaces(client, desk.terms, disputeId, 'kind');
    },
    () => ({ action: 'attachDisputeFile', targetId: disputeId, diff: { kind, bytes: content.length } }),
  );
  return dispute;
}

/** @throws Problem INVALID_INPUT */
function contentIn(
  { name, contentType, content }: AttachDisputeFileInput,
  { terms }: DisputeAnswers,
): Buffer {
  if (name.length === 0 || name.length > NAME_MAX || !isStorable(name) || /["\r\n/\\]/.test(name))
    throw invalidInput(`A file's name has 1 to ${NAME_MAX} characters and no path.`, 'name');
  if (!terms.contentTypes.includes(contentType))
    throw invalidInput(`Files of these types are taken: ${terms.contentTypes.join(', ')}.`, 'contentType');
  const bytes = Buffer.from(content, 'base64');
  // What decodes to something else would go to the bank cut off, or empty.
  if (bytes.length === 0 || unpadded(bytes.toString('base64')) !== unpadded(content))
    throw invalidInput('The content is not base 64, or empty.', 'content');
  if (bytes.length > FILE_BYTES_MAX)
    throw invalidInput(`A file has at most ${FILE_BYTES_MAX / 1_000} kB.`, 'content');
  return bytes;
}

/** Before it is sent there. @throws Problem INVALID_INPUT where the provider has one place for files of this kind and it is taken */
async function checkRoom(
  { pool }: AnswerNeeds,
  { terms }: DisputeAnswers,
  { disputeId, kind }: AttachDisputeFileInput,
  digest: string,
): Promise<void> {
  if (terms.filesOfAKindMax === null) return;
  const { rows } = await pool.query<{ readonly files: number }>(
    `select count(*)::integer as files from dispute_files
     where dispute_id = $1 and kind = $2 and is_kept and digest <> $3`,
    [disputeId, kind, digest],
  );
  if ((rows[0]?.files ?? 0) >= terms.filesOfAKindMax)
    throw invalidInput('There is a file of this kind already: take it off first.', 'kind');
}
