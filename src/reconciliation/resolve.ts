import { audited } from '../callers/audit';
import { type Caller, personOf } from '../callers/caller';
import { readAndSettle } from '../intents/read';
import { refundLimits } from '../kernel/approval-limits';
import { newId, numberedId, numberIn } from '../kernel/ids';
import { InvalidStateProblem, invalidInput, notFound, RetryLaterProblem } from '../kernel/problems';
import { APPROVAL_SECONDS, approvalRequired } from '../refunds/approval';
import type { Approved } from '../refunds/deps';
import { returnPayment } from '../refunds/return-unapplied';
import type { Break } from './break.entity';
import type { ReconciliationDeps } from './deps';
import { breaksByIds } from './find';
import { type BreakFix, fixesOf } from './fixes';
import { checkSeen, type SeenSides, sidesOf, staleBreak } from './seen';

const NOTE_LENGTH_MAX = 1_000;

export interface ResolveBreak {
  readonly id: string;
  readonly fix: BreakFix;
  /** Both sides when it was confirmed; left out: nobody looked. */
  readonly seen?: SeenSides | null;
  readonly note: string;
}

/**
 * Settles a break by a fix that a person chose. Whatever it changes goes through the door that it would have come through:
 * a reading of the provider for payments and refunds, the refund of unapplied money, a posting of its own for the rest.
 * @throws Problem NOT_FOUND; INVALID_INPUT for a fix that does not fit the break, or a note that is empty or too long;
 * INVALID_STATE for a break that is not open, and when the fix changed nothing; APPROVAL_REQUIRED for a posting of more than
 * one person may move; STALE_FIGURES; PROVIDER_UNAVAILABLE.
 */
export async function resolveBreak(
  deps: ReconciliationDeps,
  caller: Caller,
  { id, fix, note: given, seen = null }: ResolveBreak,
  approved: Approved | null = null,
): Promise<Break> {
  const note = given.replaceAll('\0', '').trim();
  if (note === '' || note.length > NOTE_LENGTH_MAX)
    throw invalidInput(`Say why, in at most ${NOTE_LENGTH_MAX} characters.`, 'note');
  const number = numberIn('break', id);
  const found = number === null ? null : (await breaksByIds(deps, [number]))[0];
  if (!found) throw notFound('The break', ['input', 'id']);
  // What was agreed to and done before a crash could say so.
  if (approved && found.fix === fix && found.resolvedBy === caller.id && found.note === note) return found;
  if (found.status !== 'open') throw decided(found);
  checkSeen(found, seen);
  const fitting = fixesOf(found);
  if (!fitting.includes(fix))
    throw invalidInput(`This break can be settled by: ${fitting.join(', ')}.`, 'fix');
  if (isPosted(fix)) await post(deps, caller, found, { id, fix, note, seen }, approved);
  else await apply(deps, caller, found, { id, fix, note });
  const [resolved] = await breaksByIds(deps, [found.id]);
  if (!resolved || resolved.fix !== fix || resolved.resolvedBy !== caller.id)
    throw decided(resolved ?? found);
  deps.log.info('break.resolved', { breakId: id, fix, by: caller.id, intentId: found.intentId });
  return resolved;
}

const decided = ({ status, fix }: Break) =>
  new InvalidStateProblem(`This break is ${status}${fix ? ` by ${fix}` : ''} already.`, status, ['open']);

async function apply(
  deps: ReconciliationDeps,
  caller: Caller,
  found: Break,
  { id, fix, note }: ResolveBreak & { readonly fix: Exclude<BreakFix, Posted> },
): Promise<void> {
  if (fix === 'refund_at_provider') await sendBack(deps, found);
  else if (fix !== 'ignore' && fix !== 'accept_loss') await sync(deps, caller, found, fix);
  const status = fix === 'ignore' ? 'ignored' : 'resolved';
  await audited(
    deps.pool,
    caller,
    async (client) =>
      (await client.query(RESOLVED, [found.id, status, caller.id, note, fix])).rows.length > 0,
    (isDone) =>
      isDone
        ? { action: 'resolveBreak', targetId: id, reason: note, diff: { fix, intentId: found.intentId } }
        : null,
  );
}

interface Settled {
  readonly outcome: 'done' | 'needs_approval' | 'changed' | 'decided' | 'stale';
  readonly approval_id: string | null;
}

/** Posts what differs. @throws Problem APPROVAL_REQUIRED, with an approval that waits */
async function post(
  deps: ReconciliationDeps,
  caller: Caller,
  found: Break,
  input: ResolveBreak,
  approved: Approved | null,
): Promise<void> {
  const { fix, note } = input;
  // In one spelling: of a break one approval waits at a time.
  const id = numberedId('break', found.id);
  const approval = {
    id: newId('approval'),
    summary: `Settling ${id} by ${fix}, the ${found.kind} of ${found.subject} ${found.providerEntryId}: ${note}`,
    input: { id, fix, note },
    ttl: APPROVAL_SECONDS,
    person: personOf(caller),
    apiKeyId: caller.apiKeyId ?? null,
    limits: refundLimits(deps.approvalLimits),
    seen: input.seen ? sidesOf(found) : null,
    ...approved,
  };
  const settled = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Settled>('select * from settle_break($1, $2, $3, $4, $5)', [
        found.id,
        fix,
        caller.id,
        note,
        JSON.stringify(approval),
      ]);
      return rows[0] as Settled;
    },
    ({ outcome, approval_id }) => {
      const written = { action: 'resolveBreak', targetId: id, reason: note };
      if (outcome === 'done') return { ...written, diff: { fix, intentId: found.intentId, ...approved } };
      // Who asks again has asked before.
      return approval_id === approval.id ? { ...written, diff: { fix, approvalId: approval.id } } : null;
    },
  );
  if (settled.outcome === 'stale') throw staleBreak((await breaksByIds(deps, [found.id]))[0] ?? found);
  if (settled.outcome === 'needs_approval') throw approvalRequired(settled.approval_id);
  if (settled.outcome === 'changed')
    throw new InvalidStateProblem(
      'The provider says another amount now than when this was asked for. The approval shows it: decide again.',
      'changed',
      [],
    );
}

/** Fixes that are a posting of their own. */
type Posted = 'adjust' | 'book_fee';
const isPosted = (fix: BreakFix): fix is Posted => fix === 'adjust' || fix === 'book_fee';

// What the door itself has resolved meanwhile is told who asked for it.
const RESOLVED = `
  update breaks set status = $2, resolved_at = coalesce(resolved_at, clock_timestamp()), resolved_by = $3, note = $4,
    fix = $5
  where id = $1 and (status = 'open' or (status = 'resolved' and resolved_by is null)) returning id`;

async function sendBack(deps: ReconciliationDeps, { provider, providerEntryId }: Break): Promise<void> {
  await returnPayment(deps, provider, providerEntryId);
  if (await holds(deps, SENT_BACK, provider, providerEntryId)) return;
  if (await holds(deps, UNAPPLIED, provider, providerEntryId))
    throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider has not taken the refund yet.', 30);
  throw new InvalidStateProblem('Only money that bought nothing can be sent back from here.', 'applied', [
    'unapplied',
  ]);
}

type Sync = Exclude<BreakFix, Posted | 'refund_at_provider' | 'accept_loss' | 'ignore'>;

/** Reads the provider's object and settles what it says; then the break's subject must be where the fix says. */
async function sync(deps: ReconciliationDeps, caller: Caller, found: Break, fix: Sync): Promise<void> {
  const intent = found.intentId === null ? null : await deps.readIntent(found.intentId);
  if (!intent) throw notFound('The intent of this break');
  const { provider, subject, providerEntryId } = found;
  const data = { call: 'reconcile', by: caller.id, breakId: found.id, fix };
  const result = await readAndSettle(deps, intent, {
    actor: 'provider',
    note: { kind: 'provider_called', data },
  });
  if (result.kind !== 'settled') {
    deps.log.warn('provider.unanswered', { intentId: intent.id, provider, kind: result.kind });
    throw new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider cannot be asked at the moment.', 5);
  }
  const { status } = result.intent;
  const isDone =
    fix === 'mark_failed'
      ? status === 'failed' || status === 'canceled'
      : fix === 'apply_to_intent'
        ? await holds(deps, subject === 'refund' ? REFUND_BOOKED : PAYMENT_BOOKED, provider, providerEntryId)
        : status === 'succeeded' && (await holds(deps, PAYMENT_BOOKED, provider, providerEntryId));
  if (isDone) return;
  throw new InvalidStateProblem(
    'The provider was asked, and what it says does not lead there. Choose another fix.',
    status,
    [],
  );
}

const PAYMENT_BOOKED =
  'select 1 from intent_payments where provider = $1 and provider_payment_id = $2 and booked_as is not null';
const REFUND_BOOKED = 'select 1 from refunds where provider = $1 and provider_refund_id = $2';
const UNAPPLIED = `select 1 from intent_payments
  where provider = $1 and provider_payment_id = $2 and booked_as = 'unapplied'`;
const SENT_BACK = `${UNAPPLIED} and amount_refunded_minor = amount_minor`;

async function holds(
  { pool }: ReconciliationDeps,
  text: string,
  provider: string,
  id: string,
): Promise<boolean> {
  return (await pool.query(text, [provider, id])).rows.length > 0;
}
