// What time alone does to credits, see due.sql: asked for by reads that find something due, and by a schedule, so that
// events and deliveries come also when nobody reads.
import type pg from 'pg';
import { setVerb } from '../db/set-verb';
import { walletSubject } from '../events/event.entity';
import type { CreditDeps } from './deps';

/** Releases the due holds and posts the due expiry of one user's wallet. */
export type WorkDue = (userId: string) => Promise<void>;

type DueAnswer = { ord: number; outcome: 'worked' | 'busy' };

// SQL that says whether something of the wallet `w` is due; also what reads ask beside the wallet itself.
export const IS_DUE = `(
  exists (select 1 from holds h where h.user_id = w.user_id and h.status = 'open' and h.expires_at <= clock_timestamp())
  or exists (select 1 from lots l where l.user_id = w.user_id and l.remaining > 0 and l.expires_at <= clock_timestamp()
    and l.remaining > l.held + l.frozen))`;

const CALL = 'select d.ord, d.outcome from work_due_wallets($1, $2) d';

export function createWorkDue(pool: pg.Pool): WorkDue {
  const verb = setVerb<string, DueAnswer>({
    pool,
    name: 'work_due_wallets',
    text: CALL,
    values: (userIds, wait) => [userIds, wait],
    isBusy: ({ outcome }) => outcome === 'busy',
  });
  return async (userId) => void (await verb([userId]));
}

// Each round works the users that are due longest; who is busy is worked by whoever holds the lock.
const USERS_MAX = 128;

const DUE_USERS = `
  (select distinct user_id from (select user_id from holds where status = 'open' and expires_at <= clock_timestamp()
    order by expires_at limit ${USERS_MAX}) h)
  union
  (select distinct user_id from (select user_id from lots where remaining > 0 and expires_at <= clock_timestamp()
    and remaining > held + frozen order by expires_at limit ${USERS_MAX}) l)`;

/** Works wallets of which something is due. @returns how many it worked. */
export async function workDueWallets({
  pool,
  hub,
  log,
}: Pick<CreditDeps, 'pool' | 'hub' | 'log'>): Promise<number> {
  const { rows } = await pool.query<{ user_id: string }>({ name: 'due_users', text: DUE_USERS });
  if (rows.length === 0) return 0;
  const userIds = rows.map(({ user_id }) => user_id);
  const answers = await pool.query<DueAnswer>({
    name: 'work_due_wallets',
    text: CALL,
    values: [userIds, false],
  });
  const worked = userIds.filter((_, at) =>
    answers.rows.some(({ ord, outcome }) => ord === at + 1 && outcome === 'worked'),
  );
  hub.publish(worked.map(walletSubject));
  if (worked.length > 0) log.info('credits.due_worked', { wallets: worked.length });
  return worked.length;
}
