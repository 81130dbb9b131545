import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, type CallerKind, hasRole, kindOf, personOf } from '../callers/caller';
import { listProcesses } from '../db/processes';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { type ApprovalLimits, adjustLimits, type HandLimits } from '../kernel/approval-limits';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import {
  IdempotencyConflictProblem,
  InvalidStateProblem,
  invalidInput,
  notFound,
  Problem,
  RetryLaterProblem,
  StaleFiguresProblem,
} from '../kernel/problems';
import { type WalletNamed, walletMeant } from '../wallets/meant';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { checkPublicReason, checkReason } from './input';
import type { Movable } from './movable';
import type { Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'move' | 'pool' | 'readMovable' | 'readWallet'> & {
  readonly approvalLimits: ApprovalLimits;
};

export const MOVE_CREDITS_SQL = path.join(__dirname, 'move-credits.sql');

// Versions that know no moved credits would take back what a purchase bought in the wallet alone that bought it.
const KNOWS_TRANSFERS = 1_764_000_000_480;

export interface MoveCreditsInput extends WalletNamed {
  /** To whom they go: a user, or a shared wallet. */
  readonly toUserId?: string | null;
  readonly toWalletId?: string | null;
  readonly credits: bigint;
  /** Credits that could be moved when it was confirmed; left out: nobody looked. */
  readonly seenMovable?: bigint | null;
  /** For operators. */
  readonly reason: string;
  /** What both users are told. */
  readonly publicReason?: string | null;
  readonly idempotencyKey: string;
}

/**
 * Moves credits that were bought from one wallet to another: what they cost, and when they expire, goes with them. It is no spend and
 * counts in no limit. What was given is not moved, nor what is on hold, frozen, or of a purchase in dispute or under review. What
 * the other wallet owes is paid from it first. The money of a purchase finds its credits wherever they stand.
 * @param caller of role service or finance.
 * @returns the posting of the wallet that they leave, and both wallets after it
 * @throws Problem NOT_FOUND, INVALID_INPUT, INSUFFICIENT_CREDITS, INVALID_STATE, IDEMPOTENCY_CONFLICT, IN_PROGRESS,
 *   STALE_FIGURES, APPROVAL_REQUIRED above what one person may move alone
 */
export async function moveCredits(
  deps: Needs,
  caller: Caller,
  input: MoveCreditsInput,
): Promise<{ journalId: string; from: Wallet; to: Wallet; replayed: boolean }> {
  const { userId, toUserId } = await endsOf(deps, caller, input);
  const { credits, reason, idempotencyKey: key } = input;
  if (credits < 1n || credits > CREDITS_MAX) throw invalidInput('Move at least 1 credit.', 'credits');
  if (userId === toUserId) throw invalidInput('Credits are moved to another wallet.', 'toUserId');
  checkReason(reason);
  checkPublicReason(input.publicReason);
  checkKey(key);
  const publicReason = input.publicReason ?? null;
  await checkUpgraded(deps);
  const { outcome, journalId } = await deps.move({
    ...{ userId, toUserId, credits, reason, publicReason, key },
    inputHash: hashInput({ toUserId, credits: jsonCredits(credits), reason, publicReason }),
    actor: caller.id,
    kind: kindOf(caller),
    person: hasRole(caller, 'service') ? null : personOf(caller),
    limits: { ...adjustLimits(deps.approvalLimits), seenMovable: input.seenMovable?.toString() ?? null },
    operator: operatorRole(caller),
  });
  if (outcome !== 'moved' && outcome !== 'replayed')
    throw refusalOf(outcome, journalId, credits, await deps.readMovable(userId));
  if (journalId === null) throw new Fault(`A move of credits of ${userId} has no posting`);
  if (outcome === 'moved') {
    deps.hub.publish([walletSubject(userId), walletSubject(toUserId)]);
    deps.log.info('credits.moved', { userId, toUserId, credits, journalId, actor: caller.id });
  }
  const [from, to] = await Promise.all([balanceOf(deps, userId), balanceOf(deps, toUserId)]);
  return { journalId, from, to, replayed: outcome === 'replayed' };
}

/** Both wallets. @throws Problem NOT_FOUND, also below service and finance; INVALID_INPUT where one is not named */
async function endsOf(deps: Needs, caller: Caller, input: MoveCreditsInput) {
  if (!hasRole(caller, 'service') && !hasRole(caller, 'finance'))
    throw notFound('The wallet', ['input', input.walletId ? 'walletId' : 'userId']);
  const to = { userId: input.toUserId, walletId: input.toWalletId };
  return { userId: await idOf(deps, caller, input, ''), toUserId: await idOf(deps, caller, to, 'to') };
}

/** @param prefix of the fields that name it */
async function idOf(deps: Needs, caller: Caller, named: WalletNamed, prefix: 'to' | ''): Promise<string> {
  const fieldOf = (name: string) => (prefix === '' ? name : prefix + name[0]?.toUpperCase() + name.slice(1));
  if ((named.userId ?? named.walletId ?? null) === null)
    throw invalidInput('Name a user or a wallet.', fieldOf('userId'));
  try {
    return await walletMeant(deps, caller, named, 'manager');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw Object.assign(error, { path: ['input', fieldOf(String(error.path?.[1] ?? 'userId'))] });
  }
}

/** @throws Problem INVALID_STATE */
async function checkUpgraded({ pool }: Needs): Promise<void> {
  if ((await listProcesses(pool, KNOWS_TRANSFERS)).length > 0)
    throw new InvalidStateProblem(
      'Processes of an older version still run, which know no moved credits: try again when they have ended.',
      'upgrading',
      [],
    );
}

function refusalOf(outcome: Refused, journalId: string | null, credits: bigint, movable: Movable): Problem {
  switch (outcome) {
    case 'conflict':
      return new IdempotencyConflictProblem(
        'This idempotency key was used before with another input.',
        journalId && `ctx_${journalId}`,
      );
    case 'not_found':
      return notFound('The wallet', ['input', 'toWalletId']);
    case 'refused':
      return new Problem(
        'INSUFFICIENT_CREDITS',
        `${credits} credits were to be moved, ${movable.credits} can be. ${restOf(movable)}A refusal is kept under its key.`,
        ['input', 'credits'],
      );
    case 'stale':
      return new StaleFiguresProblem(
        `${movable.credits} credits can be moved now, which is not what was shown. Nothing was moved.`,
        [{ name: 'available', credits: movable.credits }],
      );
    case 'too_many':
      return invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'credits');
    case 'busy':
      return new RetryLaterProblem('IN_PROGRESS', 'A purchase of these credits is being worked on.', 1);
    case 'needs_approval':
      return new Problem(
        'APPROVAL_REQUIRED',
        'This is more than one person may move alone. Nothing has happened: a back end may move it.',
      );
  }
}

/** Why the others stay. */
function restOf({ held, frozen, given }: Movable): string {
  const parts = [
    held > 0n && `${held} on hold`,
    frozen > 0n && `${frozen} frozen, in dispute or under review`,
    given > 0n && `${given} given`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `The others stay: ${parts.join(', ')}. `;
}

interface MoveRow extends AuditedRow {
  readonly userId: string;
  readonly toUserId: string;
  readonly credits: bigint;
  readonly reason: string;
  readonly publicReason: string | null;
  readonly key: string;
  readonly inputHash: string;
  readonly kind: CallerKind;
  /** Null: a back end, whose keys are its own affair. */
  readonly person: string | null;
  readonly limits: HandLimits & { readonly seenMovable: string | null };
}

export const MOVE_ROW: RowType<MoveRow> = {
  name: 'move_row',
  columns: {
    user_id: (row) => row.userId,
    to_user_id: (row) => row.toUserId,
    credits: (row) => row.credits,
    reason: (row) => row.reason,
    public_reason: (row) => row.publicReason,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
    kind: (row) => row.kind,
    person: (row) => row.person,
    limits: (row) => row.limits,
  },
};

type Refused = 'conflict' | 'not_found' | 'refused' | 'stale' | 'too_many' | 'busy' | 'needs_approval';
interface Moved {
  readonly outcome: 'moved' | 'replayed' | Refused;
  readonly journalId: string | null;
}

export type MoveVerb = (row: MoveRow) => Promise<Moved>;

type MoveAnswer = { ord: number; outcome: Moved['outcome']; journal_id: bigint | null };

export function createMove(pool: pg.Pool): MoveVerb {
  const verb = auditedVerb<MoveRow, MoveAnswer>(
    {
      pool,
      ...setCall('move_credits', 'r.ord, r.outcome, r.journal_id', MOVE_ROW),
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['moved'],
      of: ({ userId, toUserId, credits, reason }) => ({
        action: 'moveCredits',
        targetId: userId,
        reason,
        diff: { toUserId, credits: jsonCredits(credits) },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer) throw new Fault(`A move of credits of ${row.userId} got no answer`);
    return { outcome: answer.outcome, journalId: answer.journal_id?.toString() ?? null };
  };
}
