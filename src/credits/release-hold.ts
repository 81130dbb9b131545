import type pg from 'pg';
import { type AuditedRow, auditedVerb, operatorRole } from '../callers/audited-verb';
import { type Caller, type CallerKind, kindOf } from '../callers/caller';
import { type RowType, setCall } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import { Fault } from '../kernel/invariant';
import { notFound } from '../kernel/problems';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import type { Hold } from './hold.entity';
import { endableHold, hasEnded, holdById } from './holds';
import type { Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'pool' | 'readHold' | 'readWallet' | 'releaseHold'>;

/**
 * Ends a hold without spending: all of it is available again. Releasing it once more changes nothing and answers alike.
 * @throws Problem NOT_FOUND, INVALID_STATE when it was settled or ran out, IN_PROGRESS
 */
export async function releaseHold(
  deps: Needs,
  caller: Caller,
  input: { readonly id: string },
): Promise<{ hold: Hold; wallet: Wallet; replayed: boolean }> {
  const { id } = input;
  const { userId } = await endableHold(deps, caller, id);
  const outcome = await deps.releaseHold({
    id,
    userId,
    actor: caller.id,
    role: kindOf(caller),
    operator: operatorRole(caller),
  });
  // Reading the balance also ends what came back to a lot whose time is over.
  const [hold, wallet] = await Promise.all([holdById(deps, id), balanceOf(deps, userId)]);
  if (outcome === 'not_found') throw notFound('The hold', ['input', 'id']);
  if (outcome === 'ended') throw hasEnded(hold);
  if (outcome === 'released') {
    deps.hub.publish([walletSubject(userId)]);
    deps.log.info('hold.released', { userId, holdId: id });
  }
  return { hold, wallet, replayed: outcome === 'replayed' };
}

interface ReleaseHoldRow extends AuditedRow {
  readonly id: string;
  /** Whose it is. */
  readonly userId: string;
  readonly role: CallerKind;
}

export const RELEASE_ROW: RowType<ReleaseHoldRow> = {
  name: 'release_row',
  columns: { hold_id: (row) => row.id, actor: (row) => row.actor, role: (row) => row.role },
};

type Outcome = 'released' | 'replayed' | 'ended' | 'not_found';
export type ReleaseHoldVerb = (row: ReleaseHoldRow) => Promise<Outcome>;

type ReleaseHoldAnswer = { ord: number; outcome: Outcome | 'busy' };

export function createReleaseHold(pool: pg.Pool): ReleaseHoldVerb {
  const verb = auditedVerb<ReleaseHoldRow, ReleaseHoldAnswer>(
    {
      pool,
      ...setCall('release_holds', 'r.ord, r.outcome', RELEASE_ROW),
      keyOf: (row) => row.userId,
      isBusy: (answer) => answer.outcome === 'busy',
    },
    { doneAs: ['released'], of: ({ id }) => ({ action: 'releaseHold', targetId: id }) },
  );
  return async (row) => {
    const [answer] = await verb([row]);
    if (!answer || answer.outcome === 'busy') throw new Fault(`The hold ${row.id} got no answer`);
    return answer.outcome;
  };
}
