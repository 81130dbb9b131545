// A second person decides; what the first one asked for is then done as it stands. The decision is kept before it is done,
// so that a crash in between leaves it to be done: its key makes it happen once.

import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { adjustCredits } from '../credits/adjust';
import { type Row, rowMapper } from '../db/columns';
import { workEach } from '../jobs/quarantine';
import { invariant } from '../kernel/invariant';
import { formatMoney, type Money } from '../kernel/money';
import {
  InvalidStateProblem,
  invalidInput,
  notFound,
  Problem,
  StaleFiguresProblem,
} from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { storedAdjustment } from './adjust-approval';
import { Approval } from './approval.entity';
import { saveCampaignAgreed } from './campaign-approval';
import type { AgreedAction, RefundDeps } from './deps';
import { savePackageAgreed } from './package-approval';
import { refundIntent } from './refund';
import type { RefundIntentInput } from './request';

type Needs = Pick<
  RefundDeps,
  | 'adjust'
  | 'approvalLimits'
  | 'catalogue'
  | 'hub'
  | 'leases'
  | 'log'
  | 'pool'
  | 'providerTimeoutMs'
  | 'providers'
  | 'readIntent'
  | 'readWallet'
  | 'resolveAgreed'
  | 'settle'
>;

export interface DecideApprovalInput {
  readonly id: string;
  readonly approve: boolean;
  /** What it moved when it was confirmed; left out: nobody looked. */
  readonly seen?: { readonly amount?: Money | null; readonly credits?: bigint | null } | null;
  readonly note: string;
}

const NOTE_MAX = 500; // A sentence or two.

/**
 * Decides about what another person asked for, and does it when the answer is yes.
 * @throws Problem NOT_FOUND, INVALID_INPUT for one's own or what one's keys asked for, and for an API key, whoever asked;
 *   ALREADY_DECIDED; STALE_FIGURES; INVALID_STATE when it has expired, or when the key that asked was revoked; and what the action itself
 *   throws: the approval is open again then
 */
export async function decideApproval(
  deps: Needs,
  caller: Caller,
  input: DecideApprovalInput,
): Promise<Approval> {
  if (input.note.length === 0 || input.note.length > NOTE_MAX || !isStorable(input.note))
    throw invalidInput(`A note has 1 to ${NOTE_MAX} characters.`, 'note');
  if (caller.apiKeyId) {
    deps.log.critical('approval.bypassed', {
      approvalId: input.id,
      by: caller.id,
      apiKeyId: caller.apiKeyId,
    });
    throw invalidInput('A person decides, not an API key.', 'id');
  }
  const decided = await decide(deps, caller, input);
  if (!decided) throw await refusal(deps, caller, input);
  deps.log.info(`approval.${decided.status}`, { approvalId: decided.id, decidedBy: caller.id });
  return decided.status === 'approved' ? perform(deps, decided) : decided;
}

/** Does what was agreed to. @throws Problem of the action, with the approval open again. */
async function perform(deps: Needs, approval: Approval): Promise<Approval> {
  const by: Caller = { id: approval.requestedBy, role: 'finance' };
  const agreed = { approvalId: approval.id, approvedBy: approval.decidedBy as string };
  try {
    await ACTIONS[approval.action](deps, by, approval.input, agreed);
  } catch (error) {
    // The provider's refusal is an end of its own: the refund was asked for and is on the books as failed.
    const isOver = error instanceof Problem && error.code === 'PROVIDER_DECLINED';
    if (isOver) await move(deps, approval.id, 'done');
    else if (error instanceof Problem)
      await deps.pool.query(
        `update approvals set status = 'open', decided_by = null, decided_at = null, note = null
         where id = $1 and status = 'approved'`,
        [approval.id],
      );
    throw error;
  }
  return move(deps, approval.id, 'done');
}

type Action = (deps: Needs, ...asked: Parameters<AgreedAction>) => Promise<unknown>;

const ACTIONS: Readonly<Record<Approval['action'], Action>> = {
  refund: (deps, by, input, agreed) => refundIntent(deps, by, input as unknown as RefundIntentInput, agreed),
  adjust: (deps, by, input, agreed) => adjustCredits(deps, by, storedAdjustment(input), agreed.approvedBy),
  resolve_break: (deps, by, input, agreed) => deps.resolveAgreed(by, input, agreed),
  save_campaign: (deps, by, input, agreed) => saveCampaignAgreed(deps, by, input, agreed.approvedBy),
  save_package: (deps, by, input, agreed) => savePackageAgreed(deps, by, input, agreed.approvedBy),
};

/** SQL: whether an approval may be open after its time, or decided and not done. */
export const APPROVALS_ARE_DUE = `(
  (select true from approvals where status = 'open' and expires_at <= (select instant()) order by expires_at limit 1)
  or (select true from approvals where status = 'approved' and decided_at < (select instant()) - interval '20 seconds'
    order by decided_at limit 1))`;

/** Carries on decisions that a crash left undone, and closes those that nobody took. @returns how many */
export async function recoverApprovals(deps: Needs): Promise<number> {
  await deps.pool.query(
    `update approvals set status = 'expired' where status = 'open' and expires_at <= (select instant())`,
  );
  // Longer than the provider can take, so that whoever decided it is not at it any more.
  const { rows } = await deps.pool.query<Row>(
    `update approvals set decided_at = instant()
     where id = any (array(select id from approvals where status = 'approved'
       and decided_at < (select instant()) - make_interval(secs => $1) limit 16)) returning *`,
    [(2 * deps.providerTimeoutMs) / 1000 + 20],
  );
  const toApproval = rowMapper(Approval);
  let done = 0;
  // One after the other, because two may be about one wallet.
  for (const row of rows)
    done += await workEach(
      deps,
      'recover-approvals',
      [row],
      ({ id }) => String(id),
      async () => carryOn(deps, toApproval(row)),
    );
  return done;
}

/** A refusal is an end as well: who looks at the approval sees that it is open again, or done. */
async function carryOn(deps: Needs, approval: Approval): Promise<void> {
  try {
    await perform(deps, approval);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    deps.log.warn('approval.refused', { approvalId: approval.id, code: error.code, reason: error.message });
  }
}

async function decide(
  deps: Needs,
  caller: Caller,
  { id, approve, note, seen }: DecideApprovalInput,
): Promise<Approval | null> {
  const values = [
    id.replaceAll('\0', ''),
    approve ? 'approved' : 'rejected',
    caller.id,
    note,
    seen ? true : null,
    seen?.amount?.amountMinor ?? null,
    seen?.amount?.currency ?? null,
    seen?.credits ?? null,
  ];
  return audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(
        `update approvals set status = $2, decided_by = $3, note = $4, decided_at = instant()
         where id = $1 and status = 'open' and expires_at > (select instant()) and requested_by <> $3
           and not ($2 = 'approved' and exists (
             select 1 from api_keys k where k.id = approvals.api_key_id and k.revoked_at is not null))
           and ($5::boolean is null
             or (amount_minor, currency, credits) is not distinct from ($6::bigint, $7::text, $8::bigint)) returning *`,
        values,
      );
      return rows[0] ? rowMapper(Approval)(rows[0]) : null;
    },
    (decided) =>
      decided && {
        action: 'decideApproval',
        targetId: decided.id,
        reason: note,
        diff: { status: decided.status, action: decided.action },
      },
  );
}

async function move(deps: Needs, id: string, status: 'done'): Promise<Approval> {
  const { rows } = await deps.pool.query<Row>(
    `update approvals set status = $2 where id = $1 and status in ('approved', 'done') returning *`,
    [id, status],
  );
  invariant(rows[0], `Approval ${id} is gone`);
  return rowMapper(Approval)(rows[0]);
}

async function refusal(deps: Needs, caller: Caller, { id, seen }: DecideApprovalInput): Promise<Problem> {
  const { rows } = await deps.pool.query<Row>(
    `select a.*, k.revoked_at is not null as key_is_dead, a.expires_at <= (select instant()) as is_over
     from approvals a left join api_keys k on k.id = a.api_key_id where a.id = $1`,
    [id.replaceAll('\0', '')],
  );
  const approval = rows[0] ? rowMapper(Approval)(rows[0]) : null;
  if (!approval) return notFound('The approval', ['input', 'id']);
  if (rows[0]?.key_is_dead && ['open', 'expired'].includes(approval.status))
    return new InvalidStateProblem('The key that asked for it was revoked: ask again.', 'expired', ['open']);
  if (approval.status === 'expired' || (approval.status === 'open' && rows[0]?.is_over))
    return new InvalidStateProblem('Nobody decided within a week: ask again.', 'expired', ['open']);
  if (approval.status !== 'open')
    return new Problem('ALREADY_DECIDED', `It was decided before: ${approval.status}.`, ['input', 'id']);
  if (approval.requestedBy === caller.id)
    deps.log.critical('approval.bypassed', { approvalId: id, by: caller.id, apiKeyId: approval.apiKeyId });
  if (seen && approval.requestedBy !== caller.id) return staleApproval(approval);
  return approval.requestedBy === caller.id
    ? invalidInput(
        approval.apiKeyId === null
          ? 'You asked for it yourself: another person decides.'
          : 'A key that you made asked for it: another person decides.',
        'id',
      )
    : new Problem('ALREADY_DECIDED', 'Somebody decides it right now.', ['input', 'id']);
}

function staleApproval({ amountMinor, currency, credits }: Approval): Problem {
  const money = amountMinor !== null && currency !== null ? { amountMinor, currency } : null;
  return new StaleFiguresProblem(
    `It moves ${money ? formatMoney(money, 'en-IN') : `${credits} credits`} now, which is not what was shown. Nothing was decided.`,
    [
      { name: 'amount', money },
      { name: 'credits', credits: credits === null ? null : BigInt(credits) },
    ],
  );
}
