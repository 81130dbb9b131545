// Adjustments of more credits than one person may move wait for a second one.
import { audited } from '../callers/audit';
import { type Caller, hasRole, personOf } from '../callers/caller';
import { type AdjustCreditsInput, adjustCredits, checkAdjustment } from '../credits/adjust';
import type { Wallet } from '../credits/wallet.entity';
import { type Row, rowMapper } from '../db/columns';
import { hashInput } from '../idempotency/input-hash';
import { adjustLimits } from '../kernel/approval-limits';
import { jsonCredits } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import { type CallerDataInput, callerDataOf, hashedCallerData } from '../kernel/metadata';
import { IdempotencyConflictProblem, notFound, Problem } from '../kernel/problems';
import { type WalletNamed, walletMeant } from '../wallets/meant';
import type { MembershipDeps } from '../wallets/membership';
import { APPROVAL_SECONDS, approvalRequired } from './approval';
import { Approval } from './approval.entity';
import type { RefundDeps } from './deps';

type Needs = Pick<RefundDeps, 'adjust' | 'approvalLimits' | 'hub' | 'log' | 'pool' | 'readWallet'>;

/** Whose credits are adjusted: a user's or a shared wallet's. @throws Problem NOT_FOUND, INVALID_INPUT */
export async function adjustedWallet(
  deps: MembershipDeps,
  caller: Caller,
  named: WalletNamed,
): Promise<string> {
  if (!hasRole(caller, 'finance') || (named.userId ?? named.walletId ?? null) === null)
    throw notFound('The user', ['input', 'userId']);
  return walletMeant(deps, caller, named, 'owner');
}

/**
 * Adjusts, or asks for a second person when it is too much for one: counted over 24 hours, whoever's keys it came by. The
 * same key and input ask once.
 * @throws Problem APPROVAL_REQUIRED, and as adjustCredits
 */
export async function adjustWithApproval(
  deps: Needs,
  caller: Caller,
  input: AdjustCreditsInput,
): Promise<{ journalId: string; wallet: Wallet; replayed: boolean }> {
  checkAdjustment(caller, input);
  const asked = await askedBefore(deps, input);
  if (asked) return answerOf(deps, caller, input, asked);
  try {
    return await adjustCredits(deps, caller, input, null, adjustLimits(deps.approvalLimits));
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'APPROVAL_REQUIRED')) throw error;
    return answerOf(deps, caller, input, await askedOnce(deps, caller, input));
  }
}

async function answerOf(
  deps: Needs,
  caller: Caller,
  input: AdjustCreditsInput,
  approval: Approval,
): Promise<{ journalId: string; wallet: Wallet; replayed: boolean }> {
  const stored = storedAdjustment(approval.input);
  const isSame =
    stored.credits === input.credits &&
    (isErased(approval) ||
      (stored.reason === input.reason &&
        (stored.publicReason ?? null) === (input.publicReason ?? null) &&
        isSameData(stored, input))) &&
    iso(stored.expiresAt) === iso(input.expiresAt);
  if (!isSame)
    throw new IdempotencyConflictProblem(
      'This idempotency key was used before with another input.',
      approval.id,
    );
  if (approval.status !== 'done') throw approvalRequired(approval.id);
  // What became of it: the key finds the posting that the second person brought about.
  return adjustCredits(deps, { ...caller, id: approval.requestedBy }, input, approval.decidedBy);
}

const isSameData = (stored: CallerDataInput, input: CallerDataInput): boolean => {
  const [ours, theirs] = [stored, input].map((data) => hashInput(hashedCallerData(callerDataOf(data))));
  return ours === theirs;
};

/** Its texts went with their user; the key of the adjustment itself still knows them by their hash. */
const isErased = ({ input }: Approval): boolean => !('reason' in input);

/** What this key asked for before; null when it did not. */
async function askedBefore(
  deps: Needs,
  { userId, idempotencyKey }: AdjustCreditsInput,
): Promise<Approval | null> {
  const { rows } = await deps.pool.query<Row>(
    `select * from approvals where action = 'adjust' and user_id = $1
       and idempotency_key in ($2, 'erased:' || hashed_key($1, $2))`,
    [userId, idempotencyKey],
  );
  return rows[0] ? rowMapper(Approval)(rows[0]) : null;
}

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** The adjustment's input as it was stored. */
export const storedAdjustment = (input: Readonly<Record<string, unknown>>): AdjustCreditsInput => ({
  ...(input as unknown as AdjustCreditsInput),
  credits: BigInt(input.credits as number),
  expiresAt: typeof input.expiresAt === 'string' ? new Date(input.expiresAt) : null,
});

async function askedOnce(deps: Needs, caller: Caller, input: AdjustCreditsInput): Promise<Approval> {
  const { userId, credits, reason, publicReason, idempotencyKey } = input;
  const stored = {
    userId,
    credits: jsonCredits(credits),
    expiresAt: iso(input.expiresAt),
    reason,
    publicReason,
    ...callerDataOf(input),
    idempotencyKey,
  };
  const approvalId = newId('approval');
  const values = [
    approvalId,
    `Adjustment of ${credits} credits of ${userId}: ${reason}`,
    JSON.stringify(stored),
    credits,
    personOf(caller),
    APPROVAL_SECONDS,
    userId,
    idempotencyKey,
    caller.apiKeyId ?? null,
  ];
  // Of two that ask at the same time the second waits for the first, and finds what it asked for.
  await audited(
    deps.pool,
    caller,
    (client) =>
      client.query(
        `insert into approvals (id, action, summary, input, credits, requested_by, expires_at, user_id, idempotency_key,
           api_key_id)
         values ($1, 'adjust', $2, $3, $4, $5, instant() + make_interval(secs => $6), $7, $8, $9)
         on conflict (user_id, idempotency_key) do nothing`,
        values,
      ),
    ({ rowCount }) =>
      rowCount
        ? {
            action: 'adjustCredits',
            targetId: userId,
            reason,
            diff: { credits: jsonCredits(credits), approvalId },
          }
        : null,
  );
  const asked = await askedBefore(deps, input);
  invariant(asked, `The approval of an adjustment of ${userId} is gone`);
  return asked;
}
