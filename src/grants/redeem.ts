import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb } from '../callers/audited-verb';
import { type Caller, hasRole, servesEveryone } from '../callers/caller';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { CREDITS_MAX } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { invalidInput, notFound, type Problem } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { type WalletNamed, walletMeant } from '../wallets/meant';
import { grantsByIds } from './find';
import type { CreditGrant } from './grant.entity';
import { refusedCode, triesOf, wellFormedCode } from './look-at-code';

export const REDEEM_SQL = path.join(__dirname, 'redeem.sql');

interface Needs {
  readonly pool: pg.Pool;
  readonly redeem: RedeemVerb;
  readonly hub: Hub;
  readonly log: Logger;
}

/** Service alone names another user; an owner or a manager a shared wallet. */
export interface RedeemPromoCodeInput extends WalletNamed {
  readonly code: string;
}

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
  const userId = await walletMeant(deps, caller, input, 'manager');
  // Operators give by campaigns.
  if (userId !== caller.id && caller.role !== 'user' && !servesEveryone(caller))
    throw notFound('The user', ['input', 'userId']);
  const { outcome, grantId } = await deps.redeem({
    ...{ id: newId('creditGrant'), code: wellFormedCode(input.code), userId },
    // A back end is one address for everybody.
    tries: triesOf(userId, hasRole(caller, 'service') ? null : address),
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
  return outcome === 'too_many'
    ? invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'code')
    : refusedCode(outcome, ['input', 'code']);
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

type Refused = 'unknown' | 'guessing' | 'exhausted' | 'over_budget' | 'ended' | 'with_purchase' | 'too_many';
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
