// Campaigns that give away more than one person may wait for a second one.
import { type Caller, personOf } from '../callers/caller';
import type { Queryable } from '../db/transaction';
import type { Campaign } from '../grants/campaign.entity';
import { type SaveCampaignInput, saveCampaign } from '../grants/save-campaign';
import { adjustLimits } from '../kernel/approval-limits';
import { creditsAsNumbers, jsonCredits } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { InvalidStateProblem } from '../kernel/problems';
import { APPROVAL_SECONDS, approvalRequired } from './approval';
import type { RefundDeps } from './deps';

type Needs = Pick<RefundDeps, 'approvalLimits' | 'log' | 'pool'>;

/**
 * Makes a campaign or changes it. What its budget grows by counts as credits that one person gives by hand, so that nobody
 * gives more by campaigns than by adjustments.
 * @throws Problem APPROVAL_REQUIRED, INVALID_STATE when another budget of the same campaign waits, and as saveCampaign
 */
export async function saveCampaignWithApproval(
  deps: Needs,
  caller: Caller,
  input: SaveCampaignInput,
): Promise<Campaign> {
  const askFirst = (client: Queryable, before: bigint | null) => ask(client, caller, input, before);
  const limits = adjustLimits(deps.approvalLimits);
  const saved = await saveCampaign(deps, caller, input, { limits, askFirst });
  if ('approvalId' in saved) throw approvalRequired(saved.approvalId);
  return saved.campaign;
}

/** Does what a second person agreed to. @throws Problem INVALID_STATE when the budget is another by now */
export async function saveCampaignAgreed(
  deps: Needs,
  by: Caller,
  stored: Readonly<Record<string, unknown>>,
  approvedBy: string,
): Promise<void> {
  const { before, endsAt, budgetCredits, ...rest } = stored as unknown as Stored;
  const input = {
    ...rest,
    budgetCredits: BigInt(budgetCredits),
    endsAt: endsAt === null ? null : new Date(endsAt),
  };
  const { rows } = await deps.pool.query<{ budget: bigint }>(
    'select budget_credits as budget from campaigns where key = $1',
    [input.key],
  );
  // What was done before a crash could say so.
  if (rows[0]?.budget === input.budgetCredits) return;
  await saveCampaign(deps, by, input, { approvedBy, before: before === null ? null : BigInt(before) });
}

/** An approval's input is JSON. */
interface Stored {
  readonly key: string;
  readonly name: string;
  readonly budgetCredits: number;
  readonly expireAfterDays: number | null;
  readonly endsAt: string | null;
  /** The budget when it was asked for; null: there was no such campaign. */
  readonly before: number | null;
}

const ASK = `
  insert into approvals (id, action, summary, input, credits, requested_by, api_key_id, expires_at)
  values ($1, 'save_campaign', $2, $3, $4, $5, $6, instant() + make_interval(secs => $7))
  on conflict ((input ->> 'key')) where action = 'save_campaign' and status in ('open', 'approved') do nothing`;

async function ask(
  client: Queryable,
  caller: Caller,
  { key, name, budgetCredits, expireAfterDays = null, endsAt = null }: SaveCampaignInput,
  before: bigint | null,
): Promise<{ approvalId: string; isNew: boolean }> {
  const stored: Stored = {
    ...{ key, name, budgetCredits: jsonCredits(budgetCredits), expireAfterDays },
    endsAt: endsAt?.toISOString() ?? null,
    before: before === null ? null : jsonCredits(before),
  };
  const text = JSON.stringify(stored, creditsAsNumbers);
  const { rowCount } = await client.query(ASK, [
    newId('approval'),
    `Campaign ${key}: a budget of ${budgetCredits} credits${before === null ? ', which is new' : ` instead of ${before}`}`,
    text,
    budgetCredits - (before ?? 0n),
    personOf(caller),
    caller.apiKeyId ?? null,
    APPROVAL_SECONDS,
  ]);
  const { rows } = await client.query<{ id: string; is_same: boolean }>(
    `select id, input = $2::jsonb as is_same from approvals
     where action = 'save_campaign' and status in ('open', 'approved') and input ->> 'key' = $1`,
    [key, text],
  );
  const [waiting] = rows;
  if (!waiting) throw new Fault(`The approval of a change of campaign ${key} is gone`);
  if (!waiting.is_same)
    throw new InvalidStateProblem(
      `${waiting.id} is another budget of this campaign that waits: it is decided first.`,
      'open',
      [],
    );
  return { approvalId: waiting.id, isNew: rowCount === 1 };
}
