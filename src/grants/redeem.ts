import { createHash } from 'node:crypto';
import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb } from '../callers/audited-verb';
import { type Caller, hasRole } from '../callers/caller';
import { ownerMeant } from '../credits/input';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { CREDITS_MAX } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import {
  InvalidStateProblem,
  invalidInput,
  notFound,
  type Problem,
  RetryLaterProblem,
} from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { grantsByIds } from './find';
import type { CreditGrant } from './grant.entity';

export const REDEEM_SQL = path.join(__dirname, 'redeem.sql');

interface Needs {
  readonly pool: pg.Pool;
  readonly redeem: RedeemVerb;
  readonly hub: Hub;
  readonly log: Logger;
}

export interface RedeemPromoCodeInput {
  readonly code: string;
  /** Service alone: who gets them. Left out: the caller. */
  readonly userId?: string | null;
}

/** As it is kept: people type spaces and small letters. */
export const codeOfText = (text: string): string => text.trim().toUpperCase().replaceAll(/\s+/g, '-');

/**
 * Redeems a code for what it gives, once a user; a repeat answers alike. What guessing costs is counted by the user and by
 * the address: ten tries an hour that find nothing.
 * @param address where the request came from
 * @throws Problem NOT_FOUND for a code that is none, or not yet; INVALID_STATE for one of which nothing is left; RATE_LIMITED,
 *   IN_PROGRESS
 */
export async function redeemPromoCode(
  deps: Needs,
  caller: Caller,
  input: RedeemPromoCodeInput,
  address: string,
): Promise<{ grant: CreditGrant; replayed: boolean }> {
  const userId = ownerMeant(caller, input.userId);
  if (userId !== caller.id && !hasRole(caller, 'service')) throw notFound('The user', ['input', 'userId']);
  const code = codeOfText(input.code);
  // A back end is one address for everybody.
  const tries = [
    `user:${userId}`,
    ...(address === '' || hasRole(caller, 'service') ? [] : [`address:${address}`]),
  ];
  const { outcome, grantId } = await deps.redeem({
    ...{ id: newId('creditGrant'), code: /^[A-Z0-9-]{1,40}$/.test(code) ? code : '', userId },
    tries: tries.map((who) => createHash('sha256').update(who).digest('hex')),
    actor: caller.id,
  });
  if (outcome !== 'redeemed' && outcome !== 'replayed') throw refusalOf(outcome);
  const [grant] = grantId === null ? [] : await grantsByIds(deps, [grantId]);
  if (!grant) throw new Fault(`What ${userId} redeemed is gone`);
  if (outcome === 'redeemed') {
    const { credits, campaign } = grant;
    deps.hub.publish([walletSubject(userId)]);
    deps.log.info('credits.promoted', { userId, credits, campaign, grantId, actor: caller.id });
  }
  return { grant, replayed: outcome === 'replayed' };
}

function refusalOf(outcome: Refused): Problem {
  switch (outcome) {
    case 'unknown':
      return notFound('The code', ['input', 'code']);
    case 'guessing':
      return new RetryLaterProblem(
        'RATE_LIMITED',
        'Too many codes that are none: try again in an hour.',
        3_600,
      );
    case 'exhausted':
    case 'over_budget':
      return new InvalidStateProblem('Others were faster: nothing is left of this code.', 'exhausted', []);
    case 'ended':
      return new InvalidStateProblem('This code has ended.', 'ended', []);
    case 'too_many':
      return invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'code');
  }
}

interface RedeemRow extends AuditedRow {
  readonly id: string;
  readonly code: string;
  readonly userId: string;
  readonly tries: readonly string[];
}

export const REDEEM_ROW: RowType<RedeemRow> = {
  name: 'redeem_row',
  columns: {
    id: (row) => row.id,
    code: (row) => row.code,
    user_id: (row) => row.userId,
    actor: (row) => row.actor,
    // As PostgreSQL reads an array: hashes need no quotes.
    tries: (row) => `{${row.tries.join(',')}}`,
  },
};

type Refused = 'unknown' | 'guessing' | 'exhausted' | 'over_budget' | 'ended' | 'too_many';
interface Redeemed {
  readonly outcome: 'redeemed' | 'replayed' | Refused;
  readonly grantId: string | null;
}

export type RedeemVerb = (row: RedeemRow) => Promise<Redeemed>;

type RedeemAnswer = { ord: number; outcome: Redeemed['outcome'] | 'busy'; grant_id: string | null };

export function createRedeem(pool: pg.Pool): RedeemVerb {
  const verb = auditedVerb<RedeemRow, RedeemAnswer>(
    {
      pool,
      ...setCall('redeem_codes', 'r.ord, r.outcome, r.grant_id', REDEEM_ROW),
      isBusy: (answer) => answer.outcome === 'busy',
    },
    { doneAs: ['redeemed'], of: ({ userId }) => ({ action: 'redeemPromoCode', targetId: userId }) },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`A code of ${row.userId} got no answer`);
    return { outcome: answer.outcome, grantId: answer.grant_id };
  };
}
