import path from 'node:path';
import { type AuditNote, audited } from '../callers/audit';
import { type Caller, personOf } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import { walletSubject } from '../events/event.entity';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { isKeyKnown } from '../idempotency/known';
import { leaseSecondsFor, newLeaseToken } from '../intents/lease';
import { refundLimits } from '../kernel/approval-limits';
import { CREDITS_MAX } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { Fault, invariant } from '../kernel/invariant';
import { formatMoney } from '../kernel/money';
import {
  IdempotencyConflictProblem,
  InvalidStateProblem,
  invalidInput,
  notFound,
  Problem,
  RetryLaterProblem,
  StaleFiguresProblem,
} from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Intent } from '../payments/intent.entity';
import { descriptorOf } from '../providers/descriptors';
import { APPROVAL_SECONDS, approvalRequired } from './approval';
import type { Approved, RefundDeps } from './deps';
import { Refund } from './refund.entity';
import { sendRefund } from './send';

type Needs = Pick<
  RefundDeps,
  | 'approvalLimits'
  | 'hub'
  | 'leases'
  | 'log'
  | 'pool'
  | 'providerTimeoutMs'
  | 'providers'
  | 'readIntent'
  | 'settle'
>;

export const REQUEST_SQL = path.join(__dirname, 'request.sql');

export interface RefundIntentInput {
  readonly intentId: string;
  /** Minor units; left out: all that is left. */
  readonly amountCents?: number | null;
  /** Minor units that were left when the refund was confirmed; left out: nobody looked. */
  readonly seenLeftCents?: number | null;
  /** For operators, and in the provider's books. */
  readonly reason: string;
  /** What the user is told. */
  readonly publicReason?: string | null;
  readonly idempotencyKey: string;
}

const REASON_MAX = 500; // What the providers keep beside a refund.

/**
 * Sends money of an intent back: of the payment that bought its credits; where there is none, or nothing is left of it, of one
 * that bought nothing. The credits that were bought are frozen before the provider is asked and leave when it agrees; when
 * its answer is not known the refund stays pending and is resolved by itself. The same key and input refund once.
 * @throws Problem NOT_FOUND, INVALID_INPUT, INVALID_STATE, REFUND_EXCEEDS_AMOUNT, APPROVAL_REQUIRED, PROVIDER_DECLINED,
 *   PROVIDER_UNAVAILABLE, IDEMPOTENCY_CONFLICT, STALE_FIGURES
 */
export async function refundIntent(
  deps: Needs,
  caller: Caller,
  input: RefundIntentInput,
  approved: Approved | null = null,
): Promise<{ refund: Refund; intent: Intent; replayed: boolean }> {
  check(input);
  const intent = input.intentId.includes('\0') ? null : await deps.readIntent(input.intentId);
  if (!intent) throw notFound('The intent', ['input', 'intentId']);
  checkStep(intent, input.amountCents ?? null);
  // What was answered under this key needs no provider any more.
  const { pool, providers } = deps;
  if (
    !providers.get(intent.provider) &&
    (approved || !(await isKeyKnown(pool, intent.userId, 'refund', input.idempotencyKey)))
  )
    throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', `${intent.provider} is not enabled.`, 60);
  const token = newLeaseToken();
  const requested = await request(deps, caller, { input, intent, token, approved });
  const refund = refundOf(requested, intent);
  if (requested.outcome === 'replayed') return { ...(await answer(deps, refund)), replayed: true };
  deps.hub.publish([intent.id, walletSubject(intent.userId)]);
  deps.log.info('refund.requested', {
    refundId: refund.id,
    intentId: intent.id,
    userId: intent.userId,
    amountMinor: refund.amountMinor.toString(),
    currency: refund.currency,
    requestedBy: caller.id,
  });
  return { ...(await answer(deps, await sendRefund(deps, refund, token))), replayed: false };
}

function check({ amountCents, reason, publicReason, idempotencyKey }: RefundIntentInput): void {
  if (
    amountCents !== null &&
    amountCents !== undefined &&
    (!Number.isInteger(amountCents) || amountCents < 1)
  )
    throw invalidInput('Refund at least 1 minor unit.', 'amountMinor');
  for (const [field, text] of Object.entries({ reason, publicReason }))
    if (text !== null && text !== undefined)
      if (text.length === 0 || text.length > REASON_MAX || !isStorable(text))
        throw invalidInput(`A reason has 1 to ${REASON_MAX} characters.`, field);
  checkKey(idempotencyKey);
}

/** A part that the provider cannot send is refused here, before any credits are set aside for it. */
function checkStep({ provider, currency }: Intent, amountCents: number | null): void {
  const { title, terms } = descriptorOf(provider);
  const stepMinor = terms.get(currency)?.stepMinor ?? 1n;
  if (amountCents === null || BigInt(amountCents) % stepMinor === 0n) return;
  const step = formatMoney({ amountMinor: stepMinor, currency }, 'en');
  throw invalidInput(`${title} sends ${currency} back in steps of ${step} only.`, 'amountMinor');
}

interface Asked {
  readonly input: RefundIntentInput;
  readonly intent: Intent;
  readonly token: string;
  readonly approved: Approved | null;
}

type Requested = Row & {
  readonly outcome: string;
  readonly approval_id: string | null;
  readonly left_minor: bigint;
};

async function request(deps: Needs, caller: Caller, asked: Asked): Promise<Requested> {
  const { input, intent, token, approved } = asked;
  const { intentId, reason, idempotencyKey } = input;
  const amountCents = input.amountCents ?? null;
  const publicReason = input.publicReason ?? null;
  // Keys from before there was one still find what they did.
  const told: Record<string, string> = publicReason === null ? {} : { publicReason };
  const approval = {
    id: newId('approval'),
    summary: `Refund of ${amountCents === null ? 'the rest' : formatMoney({ amountMinor: BigInt(amountCents), currency: intent.currency }, 'en-IN')} of ${intentId}: ${reason}`,
    input: { intentId, amountCents, reason, ...told, idempotencyKey },
    ttl: APPROVAL_SECONDS,
    person: personOf(caller),
    apiKeyId: caller.apiKeyId ?? null,
    limits: refundLimits(deps.approvalLimits),
    seenLeft: input.seenLeftCents ?? null,
    ...(approved ? { approved: approved.approvalId, approvedBy: approved.approvedBy } : {}),
  };
  const values = [
    newId('refund'),
    intentId,
    amountCents,
    reason,
    publicReason,
    idempotencyKey,
    hashInput({ intentId, amountCents, reason, ...told }),
    caller.id,
    JSON.stringify(approval),
    token,
    leaseSecondsFor(deps.providerTimeoutMs),
  ];
  return audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Requested>(
        `select r.outcome, r.approval_id, r.left_minor, (r.refund).*
         from request_refund($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) r`,
        values,
      );
      const [row] = rows;
      invariant(row, `No answer about a refund of ${intentId}`);
      return row;
    },
    (requested) => noteOf(requested, asked, approval.id),
  );
}

/** Of a refund that was asked for now, or of an approval that waits from now on. A repeat does nothing. */
function noteOf(requested: Requested, { input, approved }: Asked, approvalId: string): AuditNote | null {
  const note = { action: 'refundIntent', targetId: input.intentId, reason: input.reason };
  if (requested.outcome === 'requested') {
    const { id: refundId, amountMinor, currency } = rowMapper(Refund)(requested);
    return { ...note, diff: { refundId, amountMinor: amountMinor.toString(), currency, ...approved } };
  }
  return requested.outcome === 'needs_approval' && requested.approval_id === approvalId
    ? { ...note, diff: { approvalId, amountCents: input.amountCents ?? null } }
    : null;
}

/** The refund that was asked for now or before. @throws Problem when there is none. */
function refundOf(requested: Requested, intent: Intent): Refund {
  switch (requested.outcome) {
    case 'requested':
    case 'replayed':
      return rowMapper(Refund)(requested);
    case 'not_found':
      throw notFound('The intent', ['input', 'intentId']);
    case 'conflict':
      throw new IdempotencyConflictProblem(
        'This idempotency key was used before with another input.',
        requested.approval_id,
      );
    case 'needs_approval':
      throw approvalRequired(requested.approval_id);
    case 'invalid_state':
      throw new InvalidStateProblem('Only a paid intent can be refunded.', intent.status, ['succeeded']);
    case 'stale': {
      const left = { amountMinor: requested.left_minor, currency: intent.currency };
      throw new StaleFiguresProblem(
        `${formatMoney(left, 'en-IN')} can be refunded now, which is not what was shown. Nothing was sent.`,
        [{ name: 'left', money: left }],
      );
    }
    case 'exceeds':
      throw new Problem(
        'REFUND_EXCEEDS_AMOUNT',
        `${formatMoney({ amountMinor: requested.left_minor, currency: intent.currency }, 'en-IN')} can be refunded: what was paid, less what went back, is on its way or is disputed.`,
        ['input', 'amountMinor'],
      );
    case 'owes_too_much':
      throw new Problem(
        'INVALID_STATE',
        `The user spent what was bought and would owe more than ${CREDITS_MAX} credits. Give credits first (adjustCredits), then ask again. Nothing was sent.`,
        ['input', 'amountCents'],
      );
    default:
      throw new Fault(`A request of a refund ended as ${requested.outcome}`);
  }
}

/** @throws Problem PROVIDER_DECLINED for one that the provider never took, also when the key comes again. */
async function answer(deps: Needs, refund: Refund): Promise<{ refund: Refund; intent: Intent }> {
  if (refund.status === 'failed' && refund.providerRefundId === null)
    throw new Problem(
      'PROVIDER_DECLINED',
      `The provider refused the refund: ${refund.lastError ?? 'it did not say why.'} Nothing was taken back.`,
    );
  const intent = await deps.readIntent(refund.intentId);
  invariant(intent, `Intent ${refund.intentId} of ${refund.id} is gone`);
  return { refund, intent };
}
