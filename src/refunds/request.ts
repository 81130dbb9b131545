// Asks the database for a refund, before the provider is asked: what is decided is decided in request.sql, under the intent's lock.
import path from 'node:path';
import { type AuditNote, audited } from '../callers/audit';
import { type Caller, personOf } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import { hashInput } from '../idempotency/input-hash';
import { leaseSecondsFor } from '../intents/lease';
import type { refundLimits } from '../kernel/approval-limits';
import { newId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import { formatMoney } from '../kernel/money';
import type { Intent } from '../payments/intent.entity';
import { APPROVAL_SECONDS } from './approval';
import type { Approved, RefundDeps } from './deps';
import { Refund } from './refund.entity';

type Needs = Pick<RefundDeps, 'pool' | 'providerTimeoutMs'>;

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
  /** The review that ends with it. Never from a client. */
  readonly review?: ReviewToEnd | null;
}

/** A review whose purchase is a fraud: its money goes back, all that is left of it, and the provider is told why. */
export interface ReviewToEnd {
  readonly id: string;
  readonly status: 'rejected' | 'expired';
  readonly note: string;
}

/** Who asks for what nobody asked for. */
export const SYSTEM: Caller = { id: 'system', role: 'finance' };

export interface AskedRefund {
  readonly input: RefundIntentInput;
  readonly intent: Intent;
  /** The lease on the refund, for whoever sends it. */
  readonly token: string;
  readonly approved: Approved | null;
  /** What one person may send back alone; null: it is no person who asks. */
  readonly limits: ReturnType<typeof refundLimits> | null;
}

export type Requested = Row & {
  /** As request_refund() says. */
  readonly outcome: string;
  readonly approval_id: string | null;
  readonly left_minor: bigint;
};

/** @returns the columns of the refund beside its outcome, where there is one. */
export async function requestRefund(deps: Needs, caller: Caller, asked: AskedRefund): Promise<Requested> {
  const { input, token } = asked;
  const approval = approvalOf(caller, asked);
  const values = [
    newId('refund'),
    input.intentId,
    input.amountCents ?? null,
    input.reason,
    input.publicReason ?? null,
    input.idempotencyKey,
    hashed(input),
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
      invariant(row, `No answer about a refund of ${input.intentId}`);
      return row;
    },
    (requested) => (caller === SYSTEM ? null : noteOf(requested, asked, approval.id)),
  );
}

/** What a second person is shown, and what is done when it is agreed to. */
function approvalOf(caller: Caller, { input, intent, approved, limits }: AskedRefund) {
  const { intentId, reason, idempotencyKey, review } = input;
  const amountCents = input.amountCents ?? null;
  const money =
    amountCents === null
      ? 'the rest'
      : formatMoney({ amountMinor: BigInt(amountCents), currency: intent.currency }, 'en-IN');
  return {
    id: newId('approval'),
    summary: `Refund of ${money} of ${intentId}: ${reason}`,
    input: { intentId, amountCents, reason, ...told(input), idempotencyKey, ...(review ? { review } : {}) },
    ttl: APPROVAL_SECONDS,
    person: limits ? personOf(caller) : null,
    apiKeyId: caller.apiKeyId ?? null,
    limits: limits ?? {},
    seenLeft: input.seenLeftCents ?? null,
    ...(review ? { review } : {}),
    ...(approved ? { approved: approved.approvalId, approvedBy: approved.approvedBy } : {}),
  };
}

/** Keys from before there was one still find what they did. */
const told = ({ publicReason }: RefundIntentInput): { publicReason?: string } =>
  publicReason === null || publicReason === undefined ? {} : { publicReason };

/** Whatever is written of a review, it is rejected once. */
const hashed = (input: RefundIntentInput): string => {
  const { intentId, amountCents = null, reason, review } = input;
  return review
    ? hashInput({ intentId, reviewId: review.id })
    : hashInput({ intentId, amountCents, reason, ...told(input) });
};

/** Of a refund that was asked for now, or of an approval that waits from now on. A repeat does nothing. */
function noteOf(
  requested: Requested,
  { input, approved }: AskedRefund,
  approvalId: string,
): AuditNote | null {
  const { review, intentId } = input;
  const note = review
    ? { action: 'decideRiskReview', targetId: review.id, reason: review.note }
    : { action: 'refundIntent', targetId: intentId, reason: input.reason };
  const more = review ? { approve: false, intentId } : {};
  if (requested.outcome === 'requested') {
    const { id: refundId, amountMinor, currency } = rowMapper(Refund)(requested);
    return {
      ...note,
      diff: { ...more, refundId, amountMinor: amountMinor.toString(), currency, ...approved },
    };
  }
  if (requested.outcome === 'nothing_left') return { ...note, diff: more };
  return requested.outcome === 'needs_approval' && requested.approval_id === approvalId
    ? { ...note, diff: { ...more, approvalId, amountCents: input.amountCents ?? null } }
    : null;
}
