// An answer to a dispute on its way: asked for in the database, then sent, under its own id as the key there, so that a repeat of
// a call whose answer never came is the same call.
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import type { IntentDeps } from '../intents/deps';
import { newId } from '../kernel/ids';
import { Fault, invariant } from '../kernel/invariant';
import {
  IdempotencyConflictProblem,
  InvalidStateProblem,
  notFound,
  Problem,
  RetryLaterProblem,
} from '../kernel/problems';
import { providerWords } from '../kernel/provider-words';
import { againSeconds } from '../providers/again';
import { descriptorOf } from '../providers/descriptors';
import type { DisputeAnswers, ProviderDispute } from '../providers/dispute';
import type { KeyedCallOptions, Outcome } from '../providers/provider';
import type { Dispute } from './dispute.entity';
import { DisputeAnswer } from './evidence';
import { disputesByIds } from './find';
import { differingOf } from './look';
import { getDispute, readDispute } from './read';

export type AnswerNeeds = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

export interface Answered {
  readonly dispute: Dispute;
  readonly replayed: boolean;
}

interface Asked {
  readonly kind: DisputeAnswer['kind'];
  /** The mutation, for the audit log. */
  readonly action: string;
  readonly disputeId: string;
  /** What the bank is told, or why it is accepted. */
  readonly text: string;
  readonly idempotencyKey: string;
}

/** What is sent. @param answer as it was asked for, with its files */
type Send = (
  desk: DisputeAnswers,
  dispute: Dispute,
  answer: DisputeAnswer,
  options: KeyedCallOptions,
) => Promise<Outcome<ProviderDispute>>;

// Longer than any call to a provider.
const LEASE_SECONDS = 60;

/**
 * Asks for an answer and sends it. The provider is read before, because somebody may have answered in its dashboard, and after,
 * so that what it did is booked.
 * @param check what this provider does not take. @throws Problem
 * @throws Problem NOT_FOUND, INVALID_STATE, IN_PROGRESS, IDEMPOTENCY_CONFLICT, PROVIDER_DECLINED, PROVIDER_UNAVAILABLE
 */
export async function answerDispute(
  deps: AnswerNeeds,
  caller: Caller,
  asked: Asked,
  check: (desk: DisputeAnswers, dispute: Dispute) => Promise<void>,
  send: Send,
): Promise<Answered> {
  checkKey(asked.idempotencyKey);
  const { dispute, desk } = await deskOf(deps, asked.disputeId);
  const [before, isRead] = await asItIs(deps, dispute);
  const waits = before.status === 'open' || before.status === 'inquiry';
  if (waits && before.needsAnswer !== false && !(await isAnswered(deps, asked))) await check(desk, before);
  const { outcome, answer } = await ask(deps, caller, asked, isRead);
  if (outcome !== 'asked' && outcome !== 'again') return found(outcome, answer, before);
  invariant(answer, `Answer to ${dispute.id} was not kept`);
  const options = { timeoutMs: deps.providerTimeoutMs, idempotencyKey: answer.id };
  const sent = await send(desk, before, answer, options);
  if (sent.kind !== 'ok') return failed(deps, before, answer, sent);
  await deps.pool.query(
    `update dispute_answers set status = 'done', ended_at = instant() where id = $1 and status = 'asked'`,
    [answer.id],
  );
  deps.log.info('dispute.answered', { disputeId: dispute.id, intentId: dispute.intentId, kind: asked.kind });
  const [after] = await readAgain(deps, before);
  return { dispute: after, replayed: false };
}

/** @throws Problem NOT_FOUND; INVALID_STATE where the provider takes answers in its dashboard alone */
export async function deskOf(
  deps: Pick<AnswerNeeds, 'pool' | 'providers'>,
  disputeId: string,
): Promise<{ dispute: Dispute; desk: DisputeAnswers }> {
  const [dispute] = disputeId.includes('\0') ? [] : await disputesByIds(deps, [disputeId]);
  if (!dispute) throw notFound('The dispute', ['input', 'disputeId']);
  const provider = deps.providers.get(dispute.provider);
  const { title } = descriptorOf(dispute.provider);
  if (!provider) throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', `${title} is not enabled.`, 60);
  if (!provider.disputeAnswers)
    throw new InvalidStateProblem(`${title} takes answers in its dashboard alone.`, dispute.status, []);
  return { dispute, desk: provider.disputeAnswers };
}

/**
 * The dispute as the provider has it, as far as it could be asked, and whether it could: who answered it in the dashboard is seen
 * here. What is as we have it is not written again, so that an operator who asks for something changes nothing by that alone.
 */
async function asItIs(deps: AnswerNeeds, dispute: Dispute): Promise<[Dispute, boolean]> {
  const read = await getDispute(deps, dispute.provider, dispute.providerDisputeId);
  if (read.kind !== 'ok') return [dispute, false];
  if ((await differingOf(deps, dispute.provider, [read.value])).length === 0) return [dispute, true];
  return readAgain(deps, dispute);
}

/** @returns the dispute as the provider has it now, as far as it could be asked, and whether it could */
async function readAgain(deps: AnswerNeeds, dispute: Dispute): Promise<[Dispute, boolean]> {
  const intent = await deps.readIntent(dispute.intentId);
  invariant(intent, `Intent ${dispute.intentId} of ${dispute.id} is gone`);
  const read = await readDispute(deps, intent, dispute.providerDisputeId, []);
  const [now] = await disputesByIds(deps, [dispute.id]);
  invariant(now, `Dispute ${dispute.id} is gone`);
  return [now, read.kind === 'settled'];
}

const hashOf = ({ kind, disputeId, text }: Asked) => hashInput({ kind, disputeId, text });

/** Whether it was asked for under this key before: then what was wrong with it was said. */
async function isAnswered({ pool }: AnswerNeeds, { disputeId, idempotencyKey }: Asked): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select 1 from dispute_answers where dispute_id = $1 and key = hashed_key($1, $2)',
    [disputeId, idempotencyKey],
  );
  return rowCount !== 0;
}

type AskRow = Row & { readonly outcome: string };

/** @param isRead whether what the provider has was read just now */
function ask({ pool }: AnswerNeeds, caller: Caller, asked: Asked, isRead: boolean) {
  const { kind, disputeId, text, idempotencyKey, action } = asked;
  return audited(
    pool,
    caller,
    async (client) => {
      const { rows } = await client.query<AskRow>(
        'select a.outcome, (a.answer).* from ask_dispute_answer($1, $2, $3, $4, $5, $6, $7, $8, $9) a',
        [
          newId('disputeAnswer'),
          disputeId,
          kind,
          text,
          idempotencyKey,
          hashOf(asked),
          caller.id,
          LEASE_SECONDS,
          isRead,
        ],
      );
      const [row] = rows;
      invariant(row, `No answer about an answer to ${disputeId}`);
      return { outcome: row.outcome, answer: row.id === null ? null : rowMapper(DisputeAnswer)(row) };
    },
    ({ outcome, answer }) =>
      outcome === 'asked'
        ? {
            action,
            targetId: disputeId,
            reason: text,
            diff: { answerId: answer?.id, files: answer?.files.length ?? 0 },
          }
        : null,
  );
}

/** What was found instead of a new answer. @throws Problem where nothing was done */
function found(outcome: string, answer: DisputeAnswer | null, dispute: Dispute): Answered {
  const { title } = descriptorOf(dispute.provider);
  switch (outcome) {
    case 'replayed':
      return { dispute, replayed: true };
    case 'conflict':
      throw new IdempotencyConflictProblem(
        'This idempotency key was used before with another input.',
        answer?.id ?? null,
      );
    case 'refused':
      throw declined(title, answer?.lastError ?? null);
    case 'in_progress':
      throw new RetryLaterProblem('IN_PROGRESS', 'Another answer is on its way to the provider.', 5);
    case 'no_answer':
      throw new InvalidStateProblem(
        dispute.status === 'open' || dispute.status === 'inquiry'
          ? 'It was answered already, and the bank has not decided yet. Nothing was sent.'
          : `The bank has decided: ${dispute.status}. Nothing was sent.`,
        dispute.status,
        ['inquiry', 'open'],
      );
    case 'too_late':
      throw new InvalidStateProblem(
        `${title} took answers until ${dispute.respondBy?.toISOString()}. Nothing was sent.`,
        dispute.status,
        [],
      );
    default:
      throw new Fault(`A request of an answer ended as ${outcome}`);
  }
}

const declined = (title: string, why: string | null) =>
  new Problem('PROVIDER_DECLINED', `${title} refused the answer: ${why ?? 'it did not say why.'}`);

/** @throws Problem PROVIDER_UNAVAILABLE of what may have happened, PROVIDER_DECLINED of what has not */
async function failed(
  deps: AnswerNeeds,
  dispute: Dispute,
  answer: DisputeAnswer,
  failure: Exclude<Outcome<unknown>, { kind: 'ok' }>,
): Promise<Answered> {
  const { title } = descriptorOf(dispute.provider);
  deps.log.warn('dispute.unanswered', {
    disputeId: dispute.id,
    provider: dispute.provider,
    kind: failure.kind,
  });
  // It may have happened: then the dispute says so, and what reads it ends the answer.
  const [after, isRead] = await readAgain(deps, dispute);
  if (isRead && (await hasEnded(deps, answer))) return { dispute: after, replayed: false };
  if (failure.kind === 'unknown' || failure.kind === 'retryable')
    throw new RetryLaterProblem(
      'PROVIDER_UNAVAILABLE',
      `${title} has not said yet whether it took the answer. Send it again: it is sent once.`,
      againSeconds(failure, 5),
    );
  const why = providerWords(failure.message);
  await deps.pool.query(
    `update dispute_answers set status = 'refused', ended_at = instant(), last_error = $2
     where id = $1 and status = 'asked'`,
    [answer.id, why],
  );
  throw declined(title, why);
}

async function hasEnded({ pool }: AnswerNeeds, { id }: DisputeAnswer): Promise<boolean> {
  const { rows } = await pool.query('select status from dispute_answers where id = $1', [id]);
  return rows[0]?.status === 'done';
}
