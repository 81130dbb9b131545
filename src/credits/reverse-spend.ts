import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, type CallerKind, hasRole, kindOf, personOf } from '../callers/caller';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { type ApprovalLimits, adjustLimits, type HandLimits } from '../kernel/approval-limits';
import { type Batch, batch } from '../kernel/batch';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { numberIn } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import {
  IdempotencyConflictProblem,
  InvalidStateProblem,
  invalidInput,
  notFound,
  Problem,
} from '../kernel/problems';
import { standingOf } from '../wallets/membership';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { checkReason } from './input';
import type { Wallet } from './wallet.entity';

type Needs = Pick<
  CreditDeps,
  'hub' | 'log' | 'pool' | 'readSpender' | 'readTransaction' | 'readUsage' | 'readWallet' | 'reverseSpend'
> & {
  readonly approvalLimits: ApprovalLimits;
};

export const REVERSE_SPEND_SQL = path.join(__dirname, 'reverse-spend.sql');

export interface ReverseSpendInput {
  /** The spend, or the settlement of a hold. */
  readonly transactionId: string;
  /** Left out: all that is left of it. */
  readonly credits?: bigint | null;
  /** For operators. */
  readonly reason: string;
  readonly idempotencyKey: string;
}

/**
 * Gives back what a spend took, or a part of it, to the lots that it came from; what it earned is no revenue any more. Of usage
 * it is the exact price that comes back, so that it may be a credit less or more than the spend took. What the user owes is paid from it first. Credits whose time is over meanwhile can be spent for another week.
 * @param input.credits whole credits, at least 1.
 * @throws Problem NOT_FOUND, also below service and finance; INVALID_INPUT, INVALID_STATE, IDEMPOTENCY_CONFLICT, IN_PROGRESS,
 *   APPROVAL_REQUIRED above what one person may give alone
 */
export async function reverseSpend(
  deps: Needs,
  caller: Caller,
  input: ReverseSpendInput,
): Promise<{ journalId: string; wallet: Wallet; replayed: boolean }> {
  const missing = () => notFound('The spend', ['input', 'transactionId']);
  const isService = hasRole(caller, 'service');
  if (!isService && !hasRole(caller, 'finance')) throw missing();
  const credits = input.credits ?? null;
  if (credits !== null && (credits < 1n || credits > CREDITS_MAX))
    throw invalidInput('Give back at least 1 credit.', 'credits');
  checkReason(input.reason);
  checkKey(input.idempotencyKey);
  const spendId = numberIn('creditTransaction', input.transactionId);
  const userId = spendId && (await spenderOf(deps, spendId));
  if (!spendId || !userId || !(await sees(deps, caller, userId, spendId))) throw missing();
  const { outcome, journalId } = await deps.reverseSpend({
    ...{ spendId, userId, credits, reason: input.reason, key: input.idempotencyKey },
    inputHash: hashInput({
      spendId,
      credits: credits === null ? null : jsonCredits(credits),
      reason: input.reason,
    }),
    actor: caller.id,
    kind: kindOf(caller),
    person: isService ? null : personOf(caller),
    limits: adjustLimits(deps.approvalLimits),
    operator: operatorRole(caller),
  });
  if (outcome !== 'reversed' && outcome !== 'replayed') throw refusalOf(outcome, journalId);
  if (journalId === null) throw new Fault(`A reversal of ${spendId} has no posting`);
  if (outcome === 'reversed') {
    deps.hub.publish([walletSubject(userId)]);
    deps.log.info('credits.reversed', { userId, credits, spendId, journalId, actor: caller.id });
  }
  return { journalId, wallet: await balanceOf(deps, userId), replayed: outcome === 'replayed' };
}

/** Whether the spend exists for who gives it back: a key that is bound to a wallet, or to a member, sees no other's. */
async function sees(deps: Needs, caller: Caller, userId: string, spendId: string): Promise<boolean> {
  const standing = await standingOf(deps, caller, userId);
  if (!standing || standing.onlyOf === null) return standing !== null;
  return (await deps.readSpender(spendId))?.memberId === standing.onlyOf;
}

/** Whose spend it is; null: there is no such spend. What took no whole credit has no posting. */
async function spenderOf(deps: Needs, spendId: string): Promise<string | null> {
  const posted = await deps.readTransaction(spendId);
  if (posted) return posted.kind === 'spend' ? posted.userId : null;
  const used = await deps.readUsage(spendId);
  return used && !used.isReversal ? used.userId : null;
}

function refusalOf(outcome: Refused, journalId: string | null): Problem {
  switch (outcome) {
    case 'conflict':
      return new IdempotencyConflictProblem(
        'This idempotency key was used before with another input.',
        journalId && `ctx_${journalId}`,
      );
    case 'not_found':
      return notFound('The spend', ['input', 'transactionId']);
    case 'too_much':
      return new InvalidStateProblem(
        'So much is not left of this spend: the rest was given back before. A refusal is kept under its key.',
        'reversed',
        [],
      );
    case 'too_late':
      return new InvalidStateProblem('It is more than 90 days old: adjust instead.', 'too_late', []);
    case 'unrecorded':
      return new InvalidStateProblem(
        'It was spent before it was recorded which credits a spend takes: adjust instead.',
        'unrecorded',
        [],
      );
    case 'too_many':
      return invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'credits');
    case 'needs_approval':
      return new Problem(
        'APPROVAL_REQUIRED',
        'This is more than one person may give. Nothing has happened: adjustCredits asks a second person, a back end may reverse it.',
      );
  }
}

interface ReversalRow extends AuditedRow {
  readonly spendId: string;
  /** Whose it is. */
  readonly userId: string;
  readonly credits: bigint | null;
  readonly reason: string;
  readonly key: string;
  readonly inputHash: string;
  readonly kind: CallerKind;
  /** Null: a back end, whose keys are its own affair. */
  readonly person: string | null;
  readonly limits: HandLimits;
}

export const REVERSAL_ROW: RowType<ReversalRow> = {
  name: 'reversal_row',
  columns: {
    spend_id: (row) => row.spendId,
    credits: (row) => row.credits,
    reason: (row) => row.reason,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
    kind: (row) => row.kind,
    person: (row) => row.person,
    limits: (row) => row.limits,
  },
};

type Refused =
  | 'conflict'
  | 'not_found'
  | 'too_much'
  | 'too_late'
  | 'unrecorded'
  | 'too_many'
  | 'needs_approval';
interface Reversed {
  readonly outcome: 'reversed' | 'replayed' | Refused;
  readonly journalId: string | null;
}

export type ReverseSpendVerb = (row: ReversalRow) => Promise<Reversed>;

type ReversalAnswer = { ord: number; outcome: Reversed['outcome'] | 'busy'; journal_id: bigint | null };

export function createReverseSpend(pool: pg.Pool): ReverseSpendVerb {
  const verb = auditedVerb<ReversalRow, ReversalAnswer>(
    {
      pool,
      ...setCall('reverse_spends', 'r.ord, r.outcome, r.journal_id', REVERSAL_ROW),
      keyOf: (row) => row.userId,
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['reversed'],
      of: ({ spendId, credits, reason }) => ({
        action: 'reverseSpend',
        targetId: `ctx_${spendId}`,
        reason,
        diff: { credits: credits === null ? null : jsonCredits(credits) },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`A reversal of ${row.spendId} got no answer`);
    return { outcome: answer.outcome, journalId: answer.journal_id?.toString() ?? null };
  };
}

/** How many credits of a spend, by the number of its posting, were given back. Sets of them are one statement. */
export type ReadReversed = Batch<string, bigint>;

export const createReadReversed = (pool: pg.Pool): ReadReversed =>
  batch({
    send: async (journalIds) => {
      const { rows } = await pool.query<{ spend_id: bigint; credits: string }>({
        name: 'reversed_credits',
        text: `select spend_id, sum(credits)::text as credits from spend_reversals
          where spend_id = any($1::bigint[]) group by spend_id`,
        values: [journalIds],
      });
      const found = new Map(rows.map((row) => [row.spend_id.toString(), BigInt(row.credits)]));
      return journalIds.map((id) => found.get(id) ?? 0n);
    },
  });
