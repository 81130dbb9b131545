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
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { type CallerDataInput, callerDataOf, hashedCallerData } from '../kernel/metadata';
import { IdempotencyConflictProblem, invalidInput, notFound, Problem } from '../kernel/problems';
import { hashedWallet, spentWallet, type WalletNamed } from '../wallets/meant';
import type { CreditDeps } from './deps';
import { Hold } from './hold.entity';
import { checkReason } from './input';
import { type LimitNow, limitReached } from './spend-limits';
import { hashedSpender, type Spender, spenderOf } from './spenders';
import { checkOneOf, type Hashed, hashedUsage, plainUsage, type UsageInput, unpriced } from './usage';
import { availableCredits, Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hold' | 'hub' | 'log' | 'pool' | 'readHold'>;

export const HOLD_SQL = path.join(__dirname, 'hold.sql');

export interface HoldCreditsInput extends CallerDataInput, WalletNamed {
  /** Service alone: by which member of the user's or of the wallet. */
  readonly memberId?: string | null;
  /** Whole credits, at least 1. Exactly one of this and usage. */
  readonly credits?: bigint | null;
  /** What it may use at most, priced by the rates of now, which are those of its settlement too. */
  readonly usage?: readonly UsageInput[] | null;
  /** Of usage: so many per cent more than it costs are set aside, 0 to 1000. Left out: 0. */
  readonly marginPercent?: number | null;
  readonly reason: string;
  readonly ttlSeconds: number;
  readonly idempotencyKey: string;
}

const MARGIN_MAX = 1_000; // An answer that is eleven times as long as expected is another request.
const TTL_SECONDS_MAX = 24 * 3600; // Longer than a day is a purchase, not a hold.

/**
 * Sets credits aside, all or nothing, out of the lots that a spend would take next. The same key and input hold once; a
 * repeat answers with the hold as it is by then.
 * @param input.ttlSeconds after which it ends by itself, at most 24 hours.
 * @throws Problem INVALID_INPUT, NOT_FOUND, INSUFFICIENT_CREDITS, SPEND_LIMIT_REACHED, IDEMPOTENCY_CONFLICT, IN_PROGRESS
 */
export async function holdCredits(
  deps: Needs,
  caller: Caller,
  input: HoldCreditsInput,
): Promise<{ hold: Hold; wallet: Wallet; replayed: boolean }> {
  const userId = await spentWallet(deps, caller, input);
  const { reason, ttlSeconds, idempotencyKey: key } = input;
  const what = meantBy(input);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > TTL_SECONDS_MAX)
    throw invalidInput(`A hold lasts 1 to ${TTL_SECONDS_MAX} seconds.`, 'ttlSeconds');
  checkReason(reason);
  checkKey(key);
  const data = callerDataOf(input);
  const spender = spenderOf(caller, userId, input.memberId);
  const inputHash = hashInput({
    ...what.hashed,
    reason,
    ttlSeconds,
    ...hashedCallerData(data),
    ...hashedSpender(spender),
    ...hashedWallet(input),
  });
  const role = kindOf(caller);
  const row = {
    id: newId('hold'),
    userId,
    credits: what.credits,
    usage: what.usage,
    marginPercent: what.marginPercent,
    reason,
    ...data,
    ...spender,
    ttlSeconds,
    key,
    inputHash,
    actor: caller.id,
    role,
    operator: operatorRole(caller),
  };
  const { outcome, holdId, wallet, limitMet, ...answer } = await deps.hold(row);
  const credits = answer.credits ?? 0n;
  if (outcome === 'unpriced') throw unpriced();
  if (outcome === 'no_member') throw notFound('The member', ['input', 'memberId']);
  if (outcome === 'conflict')
    throw new IdempotencyConflictProblem('This idempotency key was used before with another input.', holdId);
  if (outcome === 'limited') throw limitReached(credits, limitMet);
  if (outcome === 'refused')
    throw new Problem(
      'INSUFFICIENT_CREDITS',
      `${credits} credits were to be held, ${availableCredits(wallet)} are available. A refusal is kept under its key.`,
      ['input', 'credits'],
    );
  if (outcome === 'held') {
    deps.hub.publish([walletSubject(userId)]);
    deps.log.info('credits.held', { userId, credits, holdId });
    return { hold: made(row, credits, wallet), wallet, replayed: false };
  }
  const hold = holdId === null ? null : await deps.readHold(holdId);
  if (!hold) throw new Fault(`A hold of ${userId} is not there`);
  return { hold, wallet, replayed: true };
}

/** Credits or usage, as they are sent and as they are hashed. @throws Problem INVALID_INPUT */
function meantBy({ credits = null, usage = null, marginPercent = null }: HoldCreditsInput) {
  checkOneOf(credits, usage);
  if (credits !== null && credits < 1n) throw invalidInput('Hold at least 1 credit.', 'credits');
  if (marginPercent !== null && (!usage || marginPercent < 0 || marginPercent > MARGIN_MAX))
    throw invalidInput(`A margin is of usage, and has 0 to ${MARGIN_MAX} per cent.`, 'marginPercent');
  if (credits !== null)
    return { credits, usage: null, marginPercent, hashed: { credits: jsonCredits(credits) } as Hashed };
  const plain = plainUsage(usage ?? []);
  const margin = marginPercent ?? 0;
  return {
    ...{ credits, usage: plain, marginPercent: margin },
    hashed: { ...hashedUsage(plain), marginPercent: margin } as Hashed,
  };
}

/** What was just made, as it would be read again but for its version: it made this wallet, at the instant of the same transaction. */
function made(row: HoldRow, credits: bigint, { updatedAt: createdAt }: Wallet): Hold {
  const { id, userId, reason, reference = null, metadata = null, ttlSeconds } = row;
  return Object.assign(new Hold(), {
    ...{ id, userId, credits, reason, reference, metadata, createdAt },
    ...{ held: credits, settledCredits: null, status: 'open' as const, endedAt: null },
    ...{
      createdBy: row.actor,
      createdByRole: row.role,
      memberId: row.memberId ?? null,
      apiKeyId: row.apiKeyId ?? null,
    },
    expiresAt: new Date(createdAt.getTime() + ttlSeconds * 1_000),
  });
}

interface HoldRow extends AuditedRow, CallerDataInput, Partial<Spender> {
  readonly id: string;
  readonly userId: string;
  /** Null: usage says it. */
  readonly credits: bigint | null;
  readonly usage?: ReturnType<typeof plainUsage> | null;
  readonly marginPercent?: number | null;
  readonly reason: string;
  readonly ttlSeconds: number;
  readonly key: string;
  readonly inputHash: string;
  readonly role: CallerKind;
}

export const HOLD_ROW: RowType<HoldRow> = {
  name: 'hold_row',
  columns: {
    id: (row) => row.id,
    user_id: (row) => row.userId,
    credits: (row) => row.credits,
    reason: (row) => row.reason,
    ttl_seconds: (row) => row.ttlSeconds,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
    role: (row) => row.role,
    reference: (row) => row.reference,
    metadata: (row) => row.metadata,
    member_id: (row) => row.memberId,
    api_key_id: (row) => row.apiKeyId,
    usage: (row) => row.usage,
    margin_percent: (row) => row.marginPercent,
  },
};

interface Held {
  readonly outcome: 'held' | 'replayed' | 'refused' | 'limited' | 'conflict' | 'unpriced' | 'no_member';
  readonly holdId: string | null;
  /** What is set aside, or was to be; null: usage without a price. */
  readonly credits: bigint | null;
  readonly wallet: Wallet;
  readonly limitMet: LimitNow | null;
}

export type HoldVerb = (row: HoldRow) => Promise<Held>;

type HoldAnswer = Row & {
  ord: number;
  outcome: Held['outcome'] | 'busy';
  hold_id: string | null;
  limit_met: LimitNow | null;
  asked: bigint | null;
};

export function createHold(pool: pg.Pool): HoldVerb {
  const toWallet = rowMapper(Wallet);
  const verb = auditedVerb<HoldRow, HoldAnswer>(
    {
      pool,
      ...setCall(
        'hold_credits',
        `r.ord, r.outcome, r.hold_id, r.credits as asked, r.limit_met, ${selectList(Wallet, '(r.wallet)')}`,
        HOLD_ROW,
      ),
      keyOf: (row) => row.userId,
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['held'],
      of: ({ id, userId, credits, usage, ttlSeconds, reason }) => ({
        action: 'holdCredits',
        targetId: id,
        reason,
        diff: { userId, ...(credits === null ? { usage } : { credits: jsonCredits(credits) }), ttlSeconds },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`A hold of ${row.userId} got no answer`);
    const { outcome, hold_id: holdId, asked: credits, limit_met: limitMet } = answer;
    return { outcome, holdId, credits, wallet: toWallet(answer), limitMet };
  };
}
