import type { Caller } from '../callers/caller';
import { rowMapper } from '../db/columns';
import { walletSubject } from '../events/event.entity';
import { checkKey } from '../idempotency/key';
import { isKeyKnown } from '../idempotency/known';
import { newLeaseToken } from '../intents/lease';
import { refundLimits } from '../kernel/approval-limits';
import { CREDITS_MAX } from '../kernel/credits';
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
import { approvalRequired } from './approval';
import type { Approved, RefundDeps } from './deps';
import { Refund } from './refund.entity';
import { type AskedRefund, type RefundIntentInput, type Requested, requestRefund, SYSTEM } from './request';
import { sendRefund } from './send';

type SendNeeds = Pick<
  RefundDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;
type Needs = SendNeeds & Pick<RefundDeps, 'approvalLimits'>;

const REASON_MAX = 500; // What the providers keep beside a refund.

/**
 * Sends money of an intent back: of the payment that bought its credits; where there is none, or nothing is left of it, of one
 * that bought nothing. The credits that were bought are frozen before the provider is asked and leave when it agrees; when
 * its answer is not known the refund stays pending and is resolved by itself. The same key and input refund once.
 * @throws Problem NOT_FOUND, INVALID_INPUT, INVALID_STATE, REFUND_EXCEEDS_AMOUNT, APPROVAL_REQUIRED, PROVIDER_DECLINED,
 *   PROVIDER_UNAVAILABLE, IDEMPOTENCY_CONFLICT, STALE_FIGURES; ALREADY_DECIDED of a review that it was to end
 */
export async function refundIntent(
  deps: Needs,
  caller: Caller,
  input: RefundIntentInput,
  approved: Approved | null = null,
): Promise<Refunded> {
  return refundWithin(deps, caller, input, approved, refundLimits(deps.approvalLimits));
}

interface Refunded {
  readonly refund: Refund;
  readonly intent: Intent;
  readonly replayed: boolean;
}

/** The same by nobody: no second person is asked. @throws Problem as refundIntent */
export const refundBySystem = (deps: SendNeeds, input: RefundIntentInput): Promise<Refunded> =>
  refundWithin(deps, SYSTEM, input, null, null);

async function refundWithin(
  deps: SendNeeds,
  caller: Caller,
  input: RefundIntentInput,
  approved: Approved | null,
  limits: AskedRefund['limits'],
): Promise<Refunded> {
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
  const requested = await requestRefund(deps, caller, { input, intent, token, approved, limits });
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
    case 'decided':
      throw new Problem('ALREADY_DECIDED', 'The review was decided before. Nothing was sent.');
    case 'exceeds':
    case 'nothing_left':
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
async function answer(deps: SendNeeds, refund: Refund): Promise<{ refund: Refund; intent: Intent }> {
  if (refund.status === 'failed' && refund.providerRefundId === null)
    throw new Problem(
      'PROVIDER_DECLINED',
      `The provider refused the refund: ${refund.lastError ?? 'it did not say why.'} Nothing was taken back.`,
    );
  const intent = await deps.readIntent(refund.intentId);
  invariant(intent, `Intent ${refund.intentId} of ${refund.id} is gone`);
  return { refund, intent };
}
