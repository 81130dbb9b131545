import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, hasRole, personOf } from '../callers/caller';
import { readInstant } from '../db/instant';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { isKeyKnown } from '../idempotency/known';
import type { HandLimits } from '../kernel/approval-limits';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import { type CallerDataInput, callerDataOf, hashedCallerData } from '../kernel/metadata';
import {
  IdempotencyConflictProblem,
  invalidInput,
  notFound,
  Problem,
  StaleFiguresProblem,
} from '../kernel/problems';
import { isPossibleUserId } from '../wallets/meant';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { checkPublicReason, checkReason } from './input';
import { availableCredits, type Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'adjust' | 'hub' | 'log' | 'pool' | 'readWallet'>;

export const ADJUST_SQL = path.join(__dirname, 'adjust.sql');

export interface AdjustCreditsInput extends CallerDataInput {
  readonly userId: string;
  /** Signed: + gives, - takes. */
  readonly credits: bigint;
  /** Credits that were available when it was confirmed; left out: nobody looked. */
  readonly seenAvailable?: bigint | null;
  /** When credits that are given expire; null: never. */
  readonly expiresAt?: Date | null;
  /** For operators. */
  readonly reason: string;
  /** What the user is told. */
  readonly publicReason?: string | null;
  readonly idempotencyKey: string;
}

/**
 * Checks an adjustment as adjustCredits does, without doing it.
 * @throws Problem INVALID_INPUT, NOT_FOUND
 */
export function checkAdjustment(caller: Caller, input: AdjustCreditsInput): void {
  const { credits, expiresAt } = input;
  if (!hasRole(caller, 'finance')) throw notFound('The user', ['input', 'userId']);
  if (!isPossibleUserId(input.userId)) throw notFound('The user', ['input', 'userId']);
  if (credits === 0n) throw invalidInput('Adjust by 1 credit or more, up or down.', 'credits');
  if (expiresAt && credits < 0n) throw invalidInput('Only credits that are given expire.', 'expiresAt');
  checkReason(input.reason);
  checkPublicReason(input.publicReason);
  callerDataOf(input);
  checkKey(input.idempotencyKey);
}

/** A repeat may come after the instant that it was asked with. @throws Problem INVALID_INPUT */
async function checkExpiry({ pool }: Needs, input: AdjustCreditsInput): Promise<void> {
  const { userId, expiresAt, idempotencyKey } = input;
  if (!expiresAt || expiresAt > (await readInstant(pool))) return;
  if (await isKeyKnown(pool, userId, 'adjust', idempotencyKey)) return;
  throw invalidInput('Credits that are given expire in the future.', 'expiresAt');
}

/**
 * Gives credits that nobody paid for, as a lot of their own, or takes free ones away; what is given pays the user's debt
 * first. The same key and input adjust once.
 * @param caller who asked for it, of role finance.
 * @param approvedBy the second person, where one was needed; an approval of this key says the same.
 * @param limits up to where one person is enough, counted over 24 hours; null: however much it is.
 * @throws Problem INVALID_INPUT, NOT_FOUND, INSUFFICIENT_CREDITS, IDEMPOTENCY_CONFLICT, IN_PROGRESS, APPROVAL_REQUIRED,
 *   STALE_FIGURES
 */
export async function adjustCredits(
  deps: Needs,
  caller: Caller,
  input: AdjustCreditsInput,
  approvedBy: string | null = null,
  limits: HandLimits | null = null,
): Promise<{ journalId: string; wallet: Wallet; replayed: boolean }> {
  checkAdjustment(caller, input);
  await checkExpiry(deps, input);
  const { userId, credits, reason, idempotencyKey: key } = input;
  const expiresAt = input.expiresAt ?? null;
  const publicReason = input.publicReason ?? null;
  const data = callerDataOf(input);
  const inputHash = hashInput({
    credits: jsonCredits(credits),
    reason,
    expiresAt: expiresAt?.toISOString() ?? null,
    // Keys from before there was one still find what they did.
    ...(publicReason === null ? {} : { publicReason }),
    ...hashedCallerData(data),
  });
  const row = {
    userId,
    credits,
    expiresAt,
    reason,
    publicReason,
    ...data,
    key,
    inputHash,
    actor: caller.id,
    approvedBy,
    person: personOf(caller),
    limits: { ...limits, seenAvailable: input.seenAvailable?.toString() ?? null },
    operator: operatorRole(caller),
  };
  const { outcome, journalId } = await deps.adjust(row);
  const wallet = await balanceOf(deps, userId);
  if (outcome === 'conflict')
    throw new IdempotencyConflictProblem(
      'This idempotency key was used before with another input.',
      journalId && `ctx_${journalId}`,
    );
  if (outcome === 'refused')
    throw new Problem(
      'INSUFFICIENT_CREDITS',
      `${-credits} credits were to be taken, ${availableCredits(wallet)} are available. A refusal is kept under its key.`,
      ['input', 'credits'],
    );
  if (outcome === 'stale') {
    const available = availableCredits(wallet);
    throw new StaleFiguresProblem(
      `${available} credits are available now, which is not what was shown. Nothing was adjusted.`,
      [{ name: 'available', credits: available }],
    );
  }
  if (outcome === 'needs_approval')
    throw new Problem(
      'APPROVAL_REQUIRED',
      'This is more than one person may move. Nothing has happened yet.',
    );
  if (outcome === 'too_many') throw invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'credits');
  if (journalId === null) throw new Fault(`An adjustment of ${userId} has no posting`);
  if (outcome === 'adjusted') {
    deps.hub.publish([walletSubject(userId)]);
    deps.log.info('credits.adjusted', { userId, credits, journalId, actor: caller.id, approvedBy });
  }
  return { journalId, wallet, replayed: outcome === 'replayed' };
}

interface AdjustRow extends AuditedRow, CallerDataInput {
  readonly userId: string;
  readonly credits: bigint;
  readonly expiresAt: Date | null;
  readonly reason: string;
  readonly publicReason: string | null;
  readonly key: string;
  readonly inputHash: string;
  readonly approvedBy: string | null;
  readonly person: string;
  readonly limits: Partial<HandLimits> & { readonly seenAvailable: string | null };
}

export const ADJUSTMENT: RowType<AdjustRow> = {
  name: 'adjustment',
  columns: {
    user_id: (row) => row.userId,
    credits: (row) => row.credits,
    expires_at: (row) => row.expiresAt?.toISOString(),
    reason: (row) => row.reason,
    public_reason: (row) => row.publicReason,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
    approved_by: (row) => row.approvedBy,
    person: (row) => row.person,
    limits: (row) => row.limits,
    reference: (row) => row.reference,
    metadata: (row) => row.metadata,
  },
};

interface Adjusted {
  readonly outcome:
    | 'adjusted'
    | 'replayed'
    | 'refused'
    | 'too_many'
    | 'conflict'
    | 'needs_approval'
    | 'stale';
  readonly journalId: string | null;
}

export type Adjust = (row: AdjustRow) => Promise<Adjusted>;

type AdjustAnswer = { ord: number; outcome: Adjusted['outcome'] | 'busy'; journal_id: bigint | null };

export function createAdjust(pool: pg.Pool): Adjust {
  const verb = auditedVerb<AdjustRow, AdjustAnswer>(
    {
      pool,
      ...setCall('adjust_credits', 'r.ord, r.outcome, r.journal_id', ADJUSTMENT),
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['adjusted'],
      of: ({ userId, credits, expiresAt, reason, approvedBy }) => ({
        action: 'adjustCredits',
        targetId: userId,
        reason,
        diff: { credits: jsonCredits(credits), expiresAt, approvedBy },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`An adjustment of ${row.userId} got no answer`);
    return { outcome: answer.outcome, journalId: answer.journal_id?.toString() ?? null };
  };
}
