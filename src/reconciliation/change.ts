// What a fix changes by the doors that it would have come through: a reading of the provider, the refund or the application of
// money that bought nothing. Afterwards our books must say what the provider's say, or the break stays open.
import type { Caller } from '../callers/caller';
import { readDispute } from '../disputes/read';
import { applyPayment } from '../intents/apply-payment';
import { readAndSettle } from '../intents/read';
import { numberedId } from '../kernel/ids';
import { InvalidStateProblem, notFound, Problem, RetryLaterProblem } from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import type { Failure } from '../providers/provider';
import { approvalRequired } from '../refunds/approval';
import { readRefund } from '../refunds/read';
import { sendBackUnapplied } from '../refunds/send-back';
import type { Break } from './break.entity';
import type { ReconciliationDeps } from './deps';
import type { BreakFix } from './fixes';
import type { BreakSubject } from './match';
import { restoreOf } from './restore';

type Needs = Pick<
  ReconciliationDeps,
  | 'catalogue'
  | 'gatewayIds'
  | 'hub'
  | 'leases'
  | 'log'
  | 'mode'
  | 'pool'
  | 'providerTimeoutMs'
  | 'providers'
  | 'readIntent'
  | 'settle'
>;

/** What was agreed to is about another amount than there is by now. */
export const changedSince = () =>
  new InvalidStateProblem(
    'The provider says another amount now than when this was asked for. The approval shows it: decide again.',
    'changed',
    [],
  );

/** Fixes that are a posting of their own. */
export type Posted = 'adjust' | 'book_fee';
type Change = Exclude<BreakFix, Posted | 'accept_loss' | 'ignore'>;

/** What a second person is asked for, or has agreed to; it waits under its id. */
export interface Asked {
  readonly id: string;
}

/** @throws Problem INVALID_STATE when it did not lead there, APPROVAL_REQUIRED, PROVIDER_DECLINED, PROVIDER_UNAVAILABLE */
export async function changeByFix(
  deps: Needs,
  caller: Caller,
  found: Break,
  fix: Change,
  approval: Asked,
): Promise<void> {
  if (fix === 'refund_at_provider') return sendBack(deps, caller, found, approval);
  if (fix === 'apply_to_intent' && found.subject === 'payment' && found.runId === null)
    return apply(deps, caller, found);
  const isRestored = fix === 'restore_intent';
  if (isRestored) await restoreOf(deps, caller, found);
  if (found.kind === 'credits_not_granted')
    await deps.pool.query('select grant_bought($1, $2)', [found.intentId, caller.id]);
  const { status } = await ask(deps, caller, found, fix);
  const { subject } = found;
  const isThere = await holds(deps, BOOKED[subject] ?? PAYMENT_BOOKED, found);
  const isDone =
    fix === 'mark_failed'
      ? status === 'failed' || status === 'canceled'
      : isThere &&
        (subject !== 'payment' || isRestored || fix === 'apply_to_intent' || status === 'succeeded') &&
        (found.kind !== 'credits_not_granted' || (await holds(deps, GRANTED, found)));
  if (!isDone)
    throw new InvalidStateProblem(
      'The provider was asked, and what it says does not lead there. Choose another fix.',
      status,
      [],
    );
  if (await differs(deps, found))
    throw new InvalidStateProblem(
      'What the provider says of it is booked, and its books say another amount. Adjust books the difference.',
      status,
      [],
    );
}

/**
 * Before a difference is written off: the provider may confirm what its books say. Then it is booked as what it is, and only
 * what differs after that is written off.
 */
export async function hearProvider(deps: Needs, caller: Caller, found: Break): Promise<void> {
  const mayConfirm =
    found.intentId !== null &&
    (found.subject === 'dispute' ||
      ((found.subject === 'payment' || found.subject === 'refund') &&
        ['missing_here', 'unknown_payment', 'status_mismatch', 'missing_at_provider'].includes(found.kind)));
  if (mayConfirm) await ask(deps, caller, found, 'adjust');
}

async function sendBack(deps: Needs, caller: Caller, found: Break, approval: Asked): Promise<void> {
  const sent = await sendBackUnapplied(deps, caller, found.provider, found.providerEntryId, approval);
  if (sent.kind === 'needs_approval') throw approvalRequired(await waitingFor(deps, found));
  if (sent.kind === 'changed') throw changedSince();
  if (sent.kind === 'refused')
    throw new Problem(
      'PROVIDER_DECLINED',
      `The provider refused the refund: ${sent.refund.lastError ?? 'it did not say why.'} The money is still here.`,
    );
  if (sent.kind === 'not_unapplied')
    throw new InvalidStateProblem('Only money that bought nothing can be sent back from here.', 'applied', [
      'unapplied',
    ]);
  if (sent.kind === 'under_way' || !(await holds(deps, SENT_BACK, found)))
    throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider has not taken the refund yet.', 30);
}

/** The approval that waits for this break: of one break there is one. */
async function waitingFor({ pool }: Needs, found: Break): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from approvals where action = 'resolve_break' and status in ('open', 'approved') and input ->> 'id' = $1`,
    [numberedId('break', found.id)],
  );
  return rows[0]?.id ?? null;
}

async function apply(deps: Needs, caller: Caller, found: Break): Promise<void> {
  if (await applyPayment(deps, caller.id, found.provider, found.providerEntryId)) return;
  throw new InvalidStateProblem(
    'Some of this money went back, is on its way, or is disputed, or another payment has bought the credits.',
    'unapplied',
    [],
  );
}

/** Reads the provider's object and settles what it says. @returns the intent as it is then. */
async function ask(deps: Needs, caller: Caller, found: Break, fix: BreakFix): Promise<Intent> {
  const intent = found.intentId === null ? null : await deps.readIntent(found.intentId);
  if (!intent) throw notFound('The intent of this break');
  const data = { call: 'reconcile', by: caller.id, breakId: found.id, fix };
  const note = { kind: 'provider_called', data } as const;
  const read = await readAndSettle(deps, intent, { actor: 'provider', note });
  let failure: Failure | null = read.kind === 'settled' ? null : read;
  // One that has failed may be on no other reading.
  if (failure === null && found.subject === 'refund') {
    const refund = await readRefund(deps, intent, found.providerEntryId, { note: null });
    failure = refund.kind === 'settled' ? null : refund;
  }
  if (failure === null && found.subject === 'dispute') {
    const dispute = await readDispute(deps, intent, found.providerEntryId, []);
    failure = dispute.kind === 'settled' ? null : dispute;
  }
  // That the provider knows of no such thing is its answer.
  if (failure === null || failure.kind === 'not_found' || failure.kind === 'rejected')
    return (await deps.readIntent(intent.id)) ?? intent;
  deps.log.warn('provider.unanswered', {
    intentId: intent.id,
    provider: found.provider,
    kind: failure.kind,
  });
  throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider cannot be asked at the moment.', 5);
}

const PAYMENT_BOOKED = `select 1 from intent_payments where provider = $1 and booked_as is not null
  and (provider_payment_id = $2
    or intent_id = any (array(select id from intents where provider = $1 and provider_intent_id = $2
      and status = 'succeeded')))`;
const GRANTED = `select 1 from intent_payments p join journal j on j.reference = p.intent_id and j.kind = 'grant'
  where p.provider = $1 and p.provider_payment_id = $2`;
const BOOKED: Readonly<Partial<Record<BreakSubject, string>>> = {
  refund: 'select 1 from refunds where provider = $1 and provider_refund_id = $2',
  dispute: 'select 1 from disputes where provider = $1 and provider_dispute_id = $2',
};
const SENT_BACK = `select 1 from intent_payments p where provider = $1 and provider_payment_id = $2
  and booked_as = 'unapplied' and unapplied_left(p) = 0
  and not exists (select 1 from refunds r where r.provider_payment_id = $2 and r.provider = $1 and r.status = 'pending'
    and r.provider_refund_id is null)`;

const holds = async ({ pool }: Needs, text: string, { provider, providerEntryId }: Break) =>
  (await pool.query(text, [provider, providerEntryId])).rows.length > 0;

/** Whether the provider's books say another amount than our ledger by now. */
const differs = async ({ pool }: Needs, { id }: Break) =>
  (await pool.query('select l.* from breaks b cross join lateral break_lines(b) l where b.id = $1', [id]))
    .rows.length > 0;
