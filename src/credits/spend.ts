import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, type CallerKind, kindOf } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { jsonCredits } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import { type CallerData, type CallerDataInput, callerDataOf, hashedCallerData } from '../kernel/metadata';
import { IdempotencyConflictProblem, invalidInput, notFound, Problem } from '../kernel/problems';
import { hashedWallet, spentWallet, type WalletNamed } from '../wallets/meant';
import type { CreditDeps } from './deps';
import { checkReason } from './input';
import { type LimitNow, limitReached } from './spend-limits';
import { hashedSpender, type Spender, spenderOf } from './spenders';
import type { CreditTransaction } from './transactions';
import { checkOneOf, type Hashed, hashedUsage, plainUsage, type UsageInput, unpriced } from './usage';
import { availableCredits, Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'pool' | 'spend'>;

export const SPEND_SQL = path.join(__dirname, 'spend.sql');

export interface SpendCreditsInput extends CallerDataInput, WalletNamed {
  /** Service alone: by which member of the user's or of the wallet. */
  readonly memberId?: string | null;
  /** Whole credits, at least 1. Exactly one of this and usage. */
  readonly credits?: bigint | null;
  /** What was used, priced by the rates in force. */
  readonly usage?: readonly UsageInput[] | null;
  /** Of usage of the last 24 hours: it has the price that it had then. */
  readonly occurredAt?: Date | null;
  readonly reason: string;
  readonly idempotencyKey: string;
}

interface Answer {
  /** Of usage that makes no whole credit yet there is no posting of that number. */
  readonly journalId: string;
  /** What was booked just now; null of a repeat, whose booking may be long ago, and of what makes no whole credit yet. */
  readonly transaction: CreditTransaction | null;
  readonly wallet: Wallet;
  readonly replayed: boolean;
}

/**
 * Takes credits out of a wallet, all or nothing. The same key and input spend once and answer alike, also after the
 * caller changed its credentials; a refusal is kept under its key too. Usage takes the whole credits that it makes with what
 * was left over before; the one that it begins has to be there.
 * @throws Problem INVALID_INPUT, NOT_FOUND, INSUFFICIENT_CREDITS, SPEND_LIMIT_REACHED, IDEMPOTENCY_CONFLICT, IN_PROGRESS
 */
export async function spendCredits(deps: Needs, caller: Caller, input: SpendCreditsInput): Promise<Answer> {
  const userId = await spentWallet(deps, caller, input);
  const { reason, idempotencyKey: key } = input;
  const what = meantBy(input);
  checkReason(reason);
  checkKey(key);
  const data = callerDataOf(input);
  const spender = spenderOf(caller, userId, input.memberId);
  const inputHash = hashInput({
    ...what.hashed,
    reason,
    ...hashedCallerData(data),
    ...hashedSpender(spender),
    ...hashedWallet(input),
  });
  const spent = await deps.spend({
    userId,
    credits: what.credits,
    usage: what.usage,
    occurredAt: what.occurredAt,
    reason,
    ...data,
    ...spender,
    key,
    inputHash,
    actor: caller.id,
    kind: kindOf(caller),
    operator: operatorRole(caller),
  });
  return answerTo(deps, spent, { credits: spent.credits ?? 0n, reason, ...data });
}

/** Credits or usage, as they are sent and as they are hashed. @throws Problem INVALID_INPUT */
function meantBy({ credits = null, usage = null, occurredAt = null }: SpendCreditsInput) {
  checkOneOf(credits, usage);
  if (credits !== null && credits < 1n) throw invalidInput('Spend at least 1 credit.', 'credits');
  if (occurredAt && !usage) throw invalidInput('Whole credits have no price that changes.', 'occurredAt');
  if (credits !== null)
    return { credits, usage: null, occurredAt, hashed: { credits: jsonCredits(credits) } as Hashed };
  const plain = plainUsage(usage ?? []);
  const then = occurredAt?.toISOString() ?? null;
  return { credits, usage: plain, occurredAt, hashed: { ...hashedUsage(plain), occurredAt: then } as Hashed };
}

interface Asked extends CallerData {
  /** What was taken, or what would have to be there. */
  readonly credits: bigint;
  readonly reason: string;
}

function answerTo(deps: Needs, spent: Spent, asked: Asked): Answer {
  const { outcome, journalId, wallet, limitMet } = spent;
  const { credits } = asked;
  switch (outcome) {
    case 'spent':
      deps.hub.publish([walletSubject(wallet.userId)]);
      deps.log.info('credits.spent', { userId: wallet.userId, credits, journalId });
      break;
    case 'replayed':
      break;
    case 'conflict':
      throw new IdempotencyConflictProblem(
        'This idempotency key was used before with another input.',
        journalId && `ctx_${journalId}`,
      );
    case 'limited':
      throw limitReached(credits, limitMet);
    case 'refused':
      throw new Problem(
        'INSUFFICIENT_CREDITS',
        `${credits} credits were asked for, ${availableCredits(wallet)} are available. A refusal is kept under its key.`,
        ['input', 'credits'],
      );
    case 'unpriced':
      throw unpriced();
    case 'no_member':
      throw notFound('The member', ['input', 'memberId']);
  }
  if (journalId === null) throw new Fault(`A spend of ${wallet.userId} has no posting`);
  if (outcome === 'replayed' || credits === 0n)
    return { journalId, transaction: null, wallet, replayed: outcome === 'replayed' };
  return { journalId, transaction: booked(journalId, wallet, asked), wallet, replayed: false };
}

/** What was just booked, as it would be read again: its line made this wallet, at the instant of the same transaction. */
const booked = (journalId: string, wallet: Wallet, { credits, ...asked }: Asked): CreditTransaction => ({
  ...asked,
  journalId,
  userId: wallet.userId,
  kind: 'spend',
  credits: -credits,
  balanceAfter: wallet.balance,
  sequence: wallet.lineSequence,
  intentId: null,
  publicReason: asked.reason,
  createdAt: wallet.updatedAt,
});

interface SpendRow extends AuditedRow, CallerDataInput, Partial<Spender> {
  readonly userId: string;
  /** Null: usage says it. */
  readonly credits: bigint | null;
  readonly usage?: ReturnType<typeof plainUsage> | null;
  readonly occurredAt?: Date | null;
  readonly reason: string;
  readonly key: string;
  readonly inputHash: string;
  readonly kind: CallerKind;
}

export const SPEND_ROW: RowType<SpendRow> = {
  name: 'spend_row',
  columns: {
    user_id: (row) => row.userId,
    credits: (row) => row.credits,
    reason: (row) => row.reason,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
    kind: (row) => row.kind,
    reference: (row) => row.reference,
    metadata: (row) => row.metadata,
    member_id: (row) => row.memberId,
    api_key_id: (row) => row.apiKeyId,
    usage: (row) => row.usage,
    occurred_at: (row) => row.occurredAt?.toISOString(),
  },
};

interface Spent {
  readonly outcome: 'spent' | 'replayed' | 'refused' | 'limited' | 'conflict' | 'unpriced' | 'no_member';
  readonly journalId: string | null;
  /** What was taken; of a refusal, what would have to be there. Null: usage without a price. */
  readonly credits: bigint | null;
  readonly wallet: Wallet;
  readonly limitMet: LimitNow | null;
}

export type Spend = (row: SpendRow) => Promise<Spent>;

type SpendAnswer = Row & {
  ord: number;
  outcome: Spent['outcome'] | 'busy';
  journal_id: bigint | null;
  limit_met: LimitNow | null;
  taken: bigint | null;
};

export function createSpend(pool: pg.Pool): Spend {
  const toWallet = rowMapper(Wallet);
  const verb = auditedVerb<SpendRow, SpendAnswer>(
    {
      pool,
      ...setCall(
        'spend_credits',
        `r.ord, r.outcome, r.journal_id, r.credits as taken, r.limit_met, ${selectList(Wallet, '(r.wallet)')}`,
        SPEND_ROW,
      ),
      keyOf: (row) => row.userId,
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['spent'],
      of: ({ userId, credits, usage, reason }) => ({
        action: 'spendCredits',
        targetId: userId,
        reason,
        diff: credits === null ? { usage } : { credits: jsonCredits(credits) },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`A spend of ${row.userId} got no answer`);
    const journalId = answer.journal_id === null ? null : answer.journal_id.toString();
    const { outcome, taken: credits, limit_met: limitMet } = answer;
    return { outcome, journalId, credits, wallet: toWallet(answer), limitMet };
  };
}
