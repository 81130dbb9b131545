import { audited } from '../callers/audit';
import { type Caller, personOf } from '../callers/caller';
import { refundLimits } from '../kernel/approval-limits';
import { newId, numberedId, numberIn } from '../kernel/ids';
import { InvalidStateProblem, invalidInput, notFound } from '../kernel/problems';
import { APPROVAL_SECONDS, approvalRequired } from '../refunds/approval';
import type { Approved } from '../refunds/deps';
import type { Break } from './break.entity';
import { changeByFix, changedSince, hearProvider, type Posted } from './change';
import type { ReconciliationDeps } from './deps';
import { breaksByIds } from './find';
import { type BreakFix, openFixesOf } from './fixes';
import { checkSeen, type SeenSides, sidesOf, staleBreak } from './seen';

type Needs = Pick<
  ReconciliationDeps,
  | 'approvalLimits'
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
  deps: Needs,
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
  const fitting = openFixesOf(found);
  if (fitting.length === 0 || (found.status === 'ignored' && fix === 'ignore')) throw decided(found);
  checkSeen(found, seen);
  if (!fitting.includes(fix))
    throw invalidInput(`This break can be settled by: ${fitting.join(', ')}.`, 'fix');
  if (isPosted(fix)) await post(deps, caller, found, { id, fix, note, seen }, approved);
  else await apply(deps, caller, found, { id, fix, note }, approved);
  const [resolved] = await breaksByIds(deps, [found.id]);
  if (!resolved || resolved.fix !== fix || resolved.resolvedBy !== caller.id)
    throw decided(resolved ?? found);
  deps.log.info('break.resolved', { breakId: id, fix, by: caller.id, intentId: found.intentId });
  return resolved;
}

const decided = ({ status, fix }: Break) =>
  new InvalidStateProblem(`This break is ${status}${fix ? ` by ${fix}` : ''} already.`, status, ['open']);

async function apply(
  deps: Needs,
  caller: Caller,
  found: Break,
  { id, fix, note }: ResolveBreak & { readonly fix: Exclude<BreakFix, Posted> },
  approved: Approved | null,
): Promise<void> {
  if (fix !== 'ignore' && fix !== 'accept_loss') {
    const approval = { ...approvalOf(deps, caller, found, { id, fix, note }), ...approved };
    await changeByFix(deps, caller, found, fix, approval);
  }
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

/** What a second person is asked for when it is more than one may move. */
function approvalOf(deps: Needs, caller: Caller, found: Break, { fix, note }: ResolveBreak) {
  // In one spelling: of a break one approval waits at a time.
  const id = numberedId('break', found.id);
  return {
    id: newId('approval'),
    summary: `Settling ${id} by ${fix}, the ${found.kind} of ${found.subject} ${found.providerEntryId}: ${note}`,
    input: { id, fix, note },
    ttl: APPROVAL_SECONDS,
    person: personOf(caller),
    apiKeyId: caller.apiKeyId ?? null,
    limits: refundLimits(deps.approvalLimits),
  };
}

interface Settled {
  readonly outcome: 'done' | 'needs_approval' | 'changed' | 'decided' | 'stale';
  readonly approval_id: string | null;
}

/** Posts what differs. @throws Problem APPROVAL_REQUIRED, with an approval that waits */
async function post(
  deps: Needs,
  caller: Caller,
  found: Break,
  input: ResolveBreak,
  approved: Approved | null,
): Promise<void> {
  const { fix, note } = input;
  if (fix === 'adjust') await hearProvider(deps, caller, found);
  const id = numberedId('break', found.id);
  const approval = {
    ...approvalOf(deps, caller, found, input),
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
  if (settled.outcome === 'changed') throw changedSince();
}

const isPosted = (fix: BreakFix): fix is Posted => fix === 'adjust' || fix === 'book_fee';

// What the door itself has resolved meanwhile is told who asked for it.
const RESOLVED = `
  update breaks set status = $2, resolved_at = coalesce(resolved_at, instant()), resolved_by = $3, note = $4,
    fix = $5
  where id = $1 and (status = 'open' or (status = 'ignored' and $2 <> 'ignored')
    or (status = 'resolved' and resolved_by is null)) returning id`;
