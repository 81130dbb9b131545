import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, hasRole, personOf } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { readInstant } from '../db/instant';
import { listProcesses } from '../db/processes';
import type { Queryable } from '../db/transaction';
import type { HandLimits } from '../kernel/approval-limits';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import { InvalidStateProblem, invalidInput, notFound } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import { Campaign } from './campaign.entity';

export interface SaveCampaignInput {
  readonly key: string;
  readonly name: string;
  readonly budgetCredits: bigint;
  readonly expireAfterDays?: number | null;
  readonly endsAt?: Date | null;
}

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

/**
 * Asked before more is given away than one person may alone, in the transaction that saves.
 * @param before the budget as it is; null: there is no such campaign yet
 */
export type AskForBudget = (
  client: Queryable,
  before: bigint | null,
) => Promise<{ readonly approvalId: string; readonly isNew: boolean }>;

/** How the second person comes in: asked first, above what one may give alone, or agreed already. */
export type SecondPerson =
  | { readonly limits: HandLimits; readonly askFirst: AskForBudget }
  | { readonly approvedBy: string; readonly before: bigint | null };

const YEARS_MAX_DAYS = 3_650; // Ten years: as long as the table takes.
// Versions that know no promotional lots would book what is spent of them as bought.
const KNOWS_PROMOTIONS = 1_764_000_000_340;

/** @throws Problem INVALID_INPUT, NOT_FOUND below finance */
export function checkCampaign(caller: Caller, input: SaveCampaignInput): void {
  if (!hasRole(caller, 'finance')) throw notFound('The campaign', ['input', 'key']);
  const { key, name, budgetCredits, expireAfterDays } = input;
  if (!/^[a-z0-9_-]{1,64}$/.test(key))
    throw invalidInput('A campaign key has 1 to 64 small letters, digits, - or _.', 'key');
  if (name.trim().length === 0 || name.length > 255 || !isStorable(name))
    throw invalidInput('A name has 1 to 255 characters.', 'name');
  if (budgetCredits < 1n || budgetCredits > CREDITS_MAX)
    throw invalidInput(`A budget has 1 to ${CREDITS_MAX} credits.`, 'budgetCredits');
  if (expireAfterDays != null && (expireAfterDays < 1 || expireAfterDays > YEARS_MAX_DAYS))
    throw invalidInput(
      `Credits last 1 to ${YEARS_MAX_DAYS} days, or for ever when this is left out.`,
      'expireAfterDays',
    );
}

/**
 * Makes a campaign or changes it. What it gave stays as it was given.
 * @param second null: nobody else is needed
 * @returns the campaign; or the id of the approval that waits, and nothing has changed
 * @throws Problem INVALID_INPUT, NOT_FOUND, INVALID_STATE
 */
export async function saveCampaign(
  deps: Needs,
  caller: Caller,
  input: SaveCampaignInput,
  second: SecondPerson | null = null,
): Promise<{ campaign: Campaign } | { approvalId: string }> {
  checkCampaign(caller, input);
  const { key, budgetCredits } = input;
  const name = input.name.trim();
  const older = await listProcesses(deps.pool, KNOWS_PROMOTIONS);
  if (older.length > 0)
    throw new InvalidStateProblem(
      'Processes of an older version still run, which know no campaigns: try again when they have ended.',
      'upgrading',
      [],
    );
  const now = await readInstant(deps.pool);
  const approvedBy = second && 'approvedBy' in second ? second.approvedBy : null;
  const saved = await audited(
    deps.pool,
    caller,
    async (client) => {
      // One that is not there yet has no row to lock.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('campaign: ' || $1, 0))`, [key]);
      const before = await budgetOf(client, key);
      if (before?.revoked)
        throw new InvalidStateProblem('It was revoked, and gives nothing more: make another.', 'revoked', []);
      if (before && budgetCredits < before.granted)
        throw invalidInput(`${before.granted} credits are given already.`, 'budgetCredits');
      const waits = second && (await asked(client, caller, input, before, second));
      if (waits) return waits;
      const { rows } = await client.query<Row>(SAVE, [
        key,
        name,
        budgetCredits,
        input.expireAfterDays ?? null,
        input.endsAt ?? null,
        caller.id,
        now,
      ]);
      if (!rows[0]) throw new Fault(`Campaign ${key} was not saved`);
      return { campaign: rowMapper(Campaign)(rows[0]) };
    },
    (done) =>
      // Who asks again has asked before.
      'isNew' in done && !done.isNew
        ? null
        : {
            action: 'saveCampaign',
            targetId: key,
            diff: {
              ...{ name, budgetCredits: jsonCredits(budgetCredits), expireAfterDays: input.expireAfterDays },
              endsAt: input.endsAt,
              ...('isNew' in done ? { approvalId: done.approvalId } : {}),
              ...(approvedBy ? { approvedBy } : {}),
            },
          },
  );
  if ('approvalId' in saved) return { approvalId: saved.approvalId };
  deps.log.info('campaign.saved', { campaign: key, budgetCredits, actor: caller.id, approvedBy });
  return saved;
}

const SAVE = `
  insert into campaigns as c (key, name, budget_credits, expire_after_days, ends_at, created_by, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $7)
  on conflict (key) do update set name = excluded.name, budget_credits = excluded.budget_credits,
    expire_after_days = excluded.expire_after_days, ends_at = excluded.ends_at, updated_at = excluded.updated_at
  returning ${selectList(Campaign, 'c')}`;

async function budgetOf(
  client: Queryable,
  key: string,
): Promise<{ budget: bigint; granted: bigint; revoked: boolean } | null> {
  const { rows } = await client.query<{ budget: bigint; granted: bigint; revoked: boolean }>(
    `select budget_credits as budget, granted_credits as granted, revoking_since is not null as revoked
     from campaigns where key = $1 for no key update`,
    [key],
  );
  return rows[0] ?? null;
}

/** What has to be decided first; null: it may be saved. @throws Problem INVALID_INPUT, INVALID_STATE */
async function asked(
  client: Queryable,
  caller: Caller,
  { key, budgetCredits }: SaveCampaignInput,
  before: { readonly budget: bigint; readonly granted: bigint } | null,
  second: SecondPerson,
): Promise<{ approvalId: string; isNew: boolean } | null> {
  const raise = budgetCredits - (before?.budget ?? 0n);
  if (raise <= 0n) return null;
  if ('approvedBy' in second) {
    if ((before?.budget ?? null) === second.before) return null;
    throw new InvalidStateProblem(
      'Its budget is another than when this was asked for: reject it, and ask again.',
      'changed',
      [],
    );
  }
  const { rows } = await client.query<{ may: boolean }>(
    `select move_by_hand($1, 'campaign:' || $2, 'CREDIT', $3, 'campaign:' || $2 || ':' || $4, $5) as may`,
    [personOf(caller), key, raise, budgetCredits, JSON.stringify(second.limits)],
  );
  return rows[0]?.may ? null : second.askFirst(client, before?.budget ?? null);
}
