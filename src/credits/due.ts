// What time alone does to credits, see due.sql: asked for by reads that find something due, and by a schedule, so that
// events and deliveries come also when nobody reads.

import type pg from 'pg';
import { setVerb } from '../db/set-verb';
import { walletSubject } from '../events/event.entity';
import { workEach } from '../jobs/quarantine';
import type { CreditDeps } from './deps';

/** Releases the due holds and posts the due expiry of one user's wallet. */
export type WorkDue = (userId: string) => Promise<void>;

type DueAnswer = { ord: number; outcome: 'worked' | 'busy' };

// SQL that says whether something of the wallet `w` is due; also what reads ask beside the wallet itself.
export const IS_DUE = `(
  exists (select 1 from holds h where h.user_id = w.user_id and h.status = 'open' and h.expires_at <= (select instant()))
  or exists (select 1 from lots l where l.user_id = w.user_id and not l.used_up and l.expires_at <= (select instant())
    and l.remaining > l.held + l.frozen))`;

export function createWorkDue(pool: pg.Pool): WorkDue {
  const verb = setVerb<string, DueAnswer>({
    pool,
    name: 'work_due_wallets',
    text: 'select d.ord, d.outcome from work_due_wallets($1, $2) d',
    values: (userIds, wait) => [userIds, wait],
    keyOf: (userId) => userId,
    isBusy: ({ outcome }) => outcome === 'busy',
  });
  return async (userId) => void (await verb([userId]));
}

// Each round works the users that are due longest.
const USERS_MAX = 128;

// The instant is asked once: no index finds what is compared with a clock that moves within the statement.
const DUE_USERS = `
  (select distinct user_id from (select user_id from holds where status = 'open' and expires_at <= (select instant())
    order by expires_at limit ${USERS_MAX}) h)
  union
  (select distinct user_id from (select user_id from lots where not used_up and expires_at <= (select instant())
    and remaining > held + frozen order by expires_at limit ${USERS_MAX}) l)`;

/** SQL: whether something of any wallet is due. */
export const WALLETS_ARE_DUE = `(
  (select true from holds where status = 'open' and expires_at <= (select instant()) order by expires_at limit 1)
  or (select true from lots where not used_up and expires_at <= (select instant()) and remaining > held + frozen
    order by expires_at limit 1))`;

/**
 * Works wallets of which something is due, in sets; one that cannot be worked keeps no other from it.
 * @returns how many it worked.
 */
export async function workDueWallets(
  deps: Pick<CreditDeps, 'pool' | 'workDue' | 'hub' | 'log'>,
): Promise<number> {
  const { rows } = await deps.pool.query<{ user_id: string }>({ name: 'due_users', text: DUE_USERS });
  const worked: string[] = [];
  const work = async ({ user_id: userId }: { readonly user_id: string }) => {
    await deps.workDue(userId);
    worked.push(userId);
  };
  await workEach(deps, 'work-due-credits', rows, (row) => row.user_id, work);
  if (worked.length === 0) return 0;
  deps.hub.publish(worked.map(walletSubject));
  deps.log.info('credits.due_worked', { wallets: worked.length });
  return worked.length;
}
