import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, hasRole, servesEveryone } from '../callers/caller';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import {
  IdempotencyConflictProblem,
  InvalidStateProblem,
  invalidInput,
  notFound,
  Problem,
} from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { type WalletNamed, walletMeant } from '../wallets/meant';
import type { MembershipDeps } from '../wallets/membership';

export const GRANT_SQL = path.join(__dirname, 'grant.sql');

interface Needs extends MembershipDeps {
  readonly grant: GrantVerb;
  readonly hub: Hub;
  readonly log: Logger;
}

/** One of userId and walletId. */
export interface GrantInput extends WalletNamed {
  readonly credits: bigint;
  /** What it is for, once in its campaign: a referral, an incident, the hash of an address. */
  readonly key: string;
  /** Left out: as the campaign says. */
  readonly expiresAt?: Date | null;
  /** What the user is told. */
  readonly reason: string;
}

export interface GrantCreditsInput {
  readonly campaign: string;
  readonly grants: readonly GrantInput[];
}

/** What became of one grant of a call. */
export type GrantResult =
  | { readonly key: string; readonly outcome: 'granted' | 'replayed'; readonly grantId: string }
  | { readonly key: string; readonly outcome: 'refused'; readonly grantId: null; readonly problem: Problem };

// As many as a set of the database has: what is more is a job of several calls.
export const GRANTS_MAX = 256;
const REASON_MAX = 500; // A sentence or two on a statement.

/**
 * Gives credits that nobody paid for, out of a campaign's budget, each grant by itself: one that is refused harms none. A
 * key gives once in its campaign, whoever the user is, for ever.
 * @returns one result for each grant, in their order
 * @throws Problem NOT_FOUND below service and finance, INVALID_INPUT for a set that is empty or too large
 */
export async function grantCredits(
  deps: Needs,
  caller: Caller,
  { campaign, grants }: GrantCreditsInput,
): Promise<GrantResult[]> {
  if (!servesEveryone(caller) && !hasRole(caller, 'finance'))
    throw notFound('The campaign', ['input', 'campaign']);
  if (grants.length < 1 || grants.length > GRANTS_MAX)
    throw invalidInput(`Give 1 to ${GRANTS_MAX} grants.`, 'grants');
  return Promise.all(
    grants.map(async (grant): Promise<GrantResult> => {
      try {
        return await grantOne(deps, caller, campaign, grant);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return { key: grant.key, outcome: 'refused', grantId: null, problem: error };
      }
    }),
  );
}

async function grantOne(
  deps: Needs,
  caller: Caller,
  campaign: string,
  grant: GrantInput,
): Promise<GrantResult> {
  const row = await grantRow(deps, caller, campaign, grant);
  const { userId, credits, key } = row;
  const { outcome, grantId } = await deps.grant(row);
  if (outcome === 'granted' || outcome === 'replayed') {
    if (grantId === null) throw new Fault(`A grant of ${campaign} has no number`);
    if (outcome === 'granted') {
      deps.hub.publish([walletSubject(userId)]);
      deps.log.info('credits.promoted', { userId, credits, campaign, grantId, actor: caller.id });
    }
    return { key, outcome, grantId };
  }
  throw refusalOf(outcome, campaign, grantId);
}

/** What is asked of the database for one grant. @throws Problem for one that is refused whatever stands there */
export async function grantRow(
  deps: MembershipDeps,
  caller: Caller,
  campaign: string,
  grant: GrantInput,
): Promise<GrantRow> {
  const { credits, key, reason } = grant;
  const expiresAt = grant.expiresAt ?? null;
  if ((grant.userId ?? grant.walletId ?? null) === null)
    throw invalidInput('Say whom it is given to: a user, or a shared wallet.', 'userId');
  const userId = await walletMeant(deps, caller, grant, 'owner');
  if (credits < 1n || credits > CREDITS_MAX)
    throw invalidInput(`Give 1 to ${CREDITS_MAX} credits.`, 'credits');
  if (reason.length === 0 || reason.length > REASON_MAX || reason.includes('\0'))
    throw invalidInput(`A reason has 1 to ${REASON_MAX} characters.`, 'reason');
  checkKey(key);
  return {
    ...{ id: newId('creditGrant'), campaign, userId, credits, expiresAt, reason, key },
    inputHash: hashInput({
      userId,
      credits: jsonCredits(credits),
      expiresAt: expiresAt?.toISOString() ?? null,
    }),
    actor: caller.id,
    operator: operatorRole(caller),
  };
}

/** The problem of what the database refuses. @param grantId what the key gave before, where it did */
export function refusalOf(outcome: Refused, campaign: string, grantId: string | null): Problem {
  switch (outcome) {
    case 'conflict':
      return new IdempotencyConflictProblem('This key was given something else in its campaign.', grantId);
    case 'no_campaign':
      return notFound('The campaign', ['input', 'campaign']);
    case 'ended':
      return new InvalidStateProblem(`The campaign ${campaign} is over.`, 'ended', []);
    case 'over_budget':
      return new InvalidStateProblem(
        `The budget of ${campaign} is used up, or has less left than this: finance can raise it.`,
        'over_budget',
        [],
      );
    case 'expired':
      return invalidInput('Credits that are given expire in the future.', 'expiresAt');
    case 'too_many':
      return invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'credits');
  }
}

export interface GrantRow extends AuditedRow {
  readonly id: string;
  readonly campaign: string;
  readonly userId: string;
  readonly credits: bigint;
  readonly expiresAt: Date | null;
  readonly reason: string;
  readonly key: string;
  readonly inputHash: string;
}

export const GRANT_ROW: RowType<GrantRow> = {
  name: 'grant_row',
  columns: {
    id: (row) => row.id,
    campaign: (row) => row.campaign,
    user_id: (row) => row.userId,
    credits: (row) => row.credits,
    expires_at: (row) => row.expiresAt?.toISOString(),
    reason: (row) => row.reason,
    key: (row) => row.key,
    input_hash: (row) => row.inputHash,
    actor: (row) => row.actor,
  },
};

export type Refused = 'conflict' | 'no_campaign' | 'ended' | 'over_budget' | 'expired' | 'too_many';
interface Granted {
  readonly outcome: 'granted' | 'replayed' | Refused;
  readonly grantId: string | null;
}

/** Gives one grant, in a set with others. */
export type GrantVerb = (row: GrantRow) => Promise<Granted>;

type GrantAnswer = { ord: number; outcome: Granted['outcome'] | 'busy'; grant_id: string | null };

export function createGrant(pool: pg.Pool): GrantVerb {
  const verb = auditedVerb<GrantRow, GrantAnswer>(
    {
      pool,
      ...setCall('grant_credits', 'r.ord, r.outcome, r.grant_id', GRANT_ROW),
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['granted'],
      of: ({ id, userId, credits, campaign, reason }) => ({
        action: 'grantCredits',
        targetId: userId,
        reason,
        diff: { grantId: id, campaign, credits: jsonCredits(credits) },
      }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`A grant to ${row.userId} got no answer`);
    return { outcome: answer.outcome, grantId: answer.grant_id };
  };
}
