import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, type CallerKind, kindOf, maySpendFor } from '../callers/caller';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { jsonCredits } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import { IdempotencyConflictProblem, invalidInput, notFound, Problem } from '../kernel/problems';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { Hold } from './hold.entity';
import { endableHold, hasEnded, holdById } from './holds';
import { checkOneOf, type Hashed, hashedUsage, plainUsage, type UsageInput, unpriced } from './usage';
import { availableCredits, type Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'pool' | 'readHold' | 'readWallet' | 'settleHold'>;

export const SETTLE_HOLD_SQL = path.join(__dirname, 'settle-hold.sql');

export interface SettleHoldInput {
  readonly id: string;
  /** Whole credits, 0 or more. Exactly one of this and usage. */
  readonly credits?: bigint | null;
  /** What was used, priced by the rates of when the hold was made. */
  readonly usage?: readonly UsageInput[] | null;
  readonly idempotencyKey: string;
}

/**
 * Spends what was used of a hold and ends it; the rest is available again. More than it held is taken from what is
 * available, or nothing is spent at all; by usage all that is there is taken, and the rest is not owed. Of somebody else's holds it is a back end that settles; operators release. Revenue is earned lot by lot, as with a spend.
 * @throws Problem INVALID_INPUT, NOT_FOUND, INVALID_STATE, INSUFFICIENT_CREDITS, IDEMPOTENCY_CONFLICT, IN_PROGRESS
 */
export async function settleHold(
  deps: Needs,
  caller: Caller,
  input: SettleHoldInput,
): Promise<{ hold: Hold; journalId: string | null; wallet: Wallet; replayed: boolean }> {
  const { id, idempotencyKey: key } = input;
  checkOneOf(input.credits, input.usage);
  if ((input.credits ?? 0n) < 0n) throw invalidInput('Settle 0 credits or more.', 'credits');
  checkKey(key);
  const before = await endableHold(deps, caller, id);
  const { userId } = before;
  // A user found it as their own, or as a member of a shared wallet.
  if (caller.role !== 'user' && !maySpendFor(caller, userId)) throw notFound('The hold', ['input', 'id']);
  const what = meantBy(input);
  const inputHash = hashInput({ id, ...what.hashed });
  const settled = await deps.settleHold({
    id,
    userId,
    credits: what.credits,
    usage: what.usage,
    key,
    inputHash,
    actor: caller.id,
    role: kindOf(caller),
    operator: operatorRole(caller),
  });
  const { outcome, journalId } = settled;
  const credits = settled.credits ?? 0n;
  const [hold, wallet] = await Promise.all([
    outcome === 'settled' ? ended(before, credits, settled.endedAt) : holdById(deps, id),
    // Reading it also ends what came back to a lot whose time is over.
    balanceOf(deps, userId),
  ]);
  switch (outcome) {
    case 'settled':
      deps.hub.publish([walletSubject(userId)]);
      deps.log.info('hold.settled', { userId, holdId: id, credits, journalId });
      break;
    case 'replayed':
      break;
    case 'not_found':
      throw notFound('The hold', ['input', 'id']);
    case 'conflict':
      throw new IdempotencyConflictProblem(
        'This idempotency key was used before with another input.',
        journalId && `ctx_${journalId}`,
      );
    case 'ended':
      throw hasEnded(hold);
    case 'unpriced':
      throw unpriced();
    case 'refused':
      throw new Problem(
        'INSUFFICIENT_CREDITS',
        `${credits} credits were to be settled; the hold has ${hold.held}, and ${availableCredits(wallet)} more are available. A refusal is kept under its key.`,
        ['input', 'credits'],
      );
  }
  return { hold, journalId, wallet, replayed: outcome === 'replayed' };
}

/** Credits or usage, as they are sent and as they are hashed. */
function meantBy({ credits = null, usage = null }: SettleHoldInput) {
  if (credits !== null) return { credits, usage: null, hashed: { credits: jsonCredits(credits) } as Hashed };
  const plain = plainUsage(usage ?? []);
  return { credits, usage: plain, hashed: hashedUsage(plain) };
}

/** A hold that was just settled, as it would be read again but for its version: what else there is of it never changes. */
const ended = ({ version: _, ...hold }: Hold, settledCredits: bigint, endedAt: Date): Hold =>
  Object.assign(new Hold(), hold, { status: 'settled' as const, held: 0n, settledCredits, endedAt });

interface SettleHoldRow extends AuditedRow {
  readonly id: string;
  /** Whose it is. */
  readonly userId: string;
  /** Null: usage says it. */
  readonly credits: bigint | null;
  readonly usage?: ReturnType<typeof plainUsage> | null;
  readonly key: string;
  readonly inputHash: string;
  readonly role: CallerKind;
}

export const SETTLE_ROW: RowType<SettleHoldRow> = {
  name: 'settle_row',
  columns: {
    hold_id: (row) => row.id,
    credits: (row) => row.credits,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
    role: (row) => row.role,
    usage: (row) => row.usage,
  },
};

interface SettledHold {
  readonly outcome: 'settled' | 'replayed' | 'refused' | 'conflict' | 'ended' | 'not_found' | 'unpriced';
  readonly journalId: string | null;
  /** What was taken, or would have been. */
  readonly credits: bigint | null;
  /** Of what was settled just now: when. */
  readonly endedAt: Date;
}

export type SettleHoldVerb = (row: SettleHoldRow) => Promise<SettledHold>;

type SettleHoldAnswer = {
  ord: number;
  outcome: SettledHold['outcome'] | 'busy';
  journal_id: bigint | null;
  credits: bigint | null;
  ended_at: Date;
};

export function createSettleHold(pool: pg.Pool): SettleHoldVerb {
  const verb = auditedVerb<SettleHoldRow, SettleHoldAnswer>(
    {
      pool,
      ...setCall('settle_holds', 'r.ord, r.outcome, r.journal_id, r.credits, r.ended_at', SETTLE_ROW),
      keyOf: (row) => row.userId,
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['settled'],
      of: ({ id, credits, usage }) => ({
        action: 'settleHold',
        targetId: id,
        diff: credits === null ? { usage } : { credits: jsonCredits(credits) },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`The hold ${row.id} got no answer`);
    const { outcome, journal_id, credits, ended_at } = answer;
    return { outcome, journalId: journal_id?.toString() ?? null, credits, endedAt: ended_at };
  };
}
