import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, hasRole, servesEveryone } from '../callers/caller';
import { checkReason } from '../credits/input';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { Fault } from '../kernel/invariant';
import { notFound } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { grantsByIds } from './find';
import type { CreditGrant } from './grant.entity';

export const REVOKE_SQL = path.join(__dirname, 'revoke.sql');

interface Needs {
  readonly pool: pg.Pool;
  readonly revoke: RevokeVerb;
  readonly hub: Hub;
  readonly log: Logger;
}

/**
 * Takes back what is left of a grant: its free credits now, held ones when their hold ends. What was spent of it stays spent,
 * and no other credits are touched. Revoking it again changes nothing and answers alike.
 * @throws Problem INVALID_INPUT, NOT_FOUND, also below service and finance, IN_PROGRESS
 */
export async function revokeGrant(
  deps: Needs,
  caller: Caller,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<{ grant: CreditGrant; replayed: boolean }> {
  const missing = () => notFound('The grant', ['input', 'id']);
  if (!servesEveryone(caller) && !hasRole(caller, 'finance')) throw missing();
  checkReason(reason);
  const [known] = await grantsByIds(deps, [id]);
  if (!known) throw missing();
  const outcome = await deps.revoke({
    id,
    userId: known.userId,
    reason,
    actor: caller.id,
    operator: operatorRole(caller),
  });
  if (outcome === 'not_found') throw missing();
  const [grant] = await grantsByIds(deps, [id]);
  if (!grant) throw new Fault(`The grant ${id} is gone`);
  if (outcome === 'revoked') {
    const { userId, campaign, revokedCredits: credits } = grant;
    deps.hub.publish([walletSubject(userId)]);
    deps.log.info('credits.revoked', { userId, credits, campaign, grantId: id, actor: caller.id });
  }
  return { grant, replayed: outcome === 'replayed' };
}

interface RevokeRow extends AuditedRow {
  readonly id: string;
  /** Whose it is. */
  readonly userId: string;
  readonly reason: string;
}

export const REVOKE_ROW: RowType<RevokeRow> = {
  name: 'revoke_row',
  columns: { grant_id: (row) => row.id, reason: (row) => row.reason, actor: (row) => row.actor },
};

type Outcome = 'revoked' | 'replayed' | 'not_found';

/** Revokes one grant, in a set with others. */
export type RevokeVerb = (row: RevokeRow) => Promise<Outcome>;

type RevokeAnswer = { ord: number; outcome: Outcome | 'busy' };

export function createRevoke(pool: pg.Pool): RevokeVerb {
  const verb = auditedVerb<RevokeRow, RevokeAnswer>(
    {
      pool,
      ...setCall('revoke_grants', 'r.ord, r.outcome', REVOKE_ROW),
      keyOf: (row) => row.userId,
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['revoked'],
      of: ({ id, reason }) => ({ action: 'revokeGrant', targetId: id, reason }),
    },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`The grant ${row.id} got no answer`);
    return answer.outcome;
  };
}
