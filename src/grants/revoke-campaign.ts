import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, hasRole } from '../callers/caller';
import { checkReason } from '../credits/input';
import { type Row, rowMapper, selectList } from '../db/columns';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { workEach } from '../jobs/quarantine';
import { notFound } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { Campaign } from './campaign.entity';
import type { RevokeVerb } from './revoke';

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

/**
 * Ends a campaign and takes back what is left of all that it gave, as revokeGrant does. It is decided at once and done in the
 * background: the campaign says when it began and when nothing was left. Revoking it again changes nothing and answers alike.
 * @throws Problem INVALID_INPUT, NOT_FOUND, also below finance
 */
export async function revokeCampaign(
  deps: Needs,
  caller: Caller,
  { key, reason }: { readonly key: string; readonly reason: string },
): Promise<{ campaign: Campaign; replayed: boolean }> {
  if (!hasRole(caller, 'finance')) throw notFound('The campaign', ['input', 'key']);
  checkReason(reason);
  const { campaign, isNew } = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row & { is_new: boolean }>(
        `update campaigns c set ends_at = least(c.ends_at, instant()), updated_at = instant(),
           revoking_since = coalesce(c.revoking_since, instant()), revoked_by = coalesce(c.revoked_by, $2),
           revoke_reason = coalesce(c.revoke_reason, $3)
         from (select key, revoking_since is null as is_new from campaigns where key = $1 for no key update) b
         where c.key = b.key returning ${selectList(Campaign, 'c')}, b.is_new`,
        [key.replaceAll('\0', ''), caller.id, reason],
      );
      if (!rows[0]) throw notFound('The campaign', ['input', 'key']);
      return { campaign: rowMapper(Campaign)(rows[0]), isNew: rows[0].is_new };
    },
    (done) => (done.isNew ? { action: 'revokeCampaign', targetId: key, reason } : null),
  );
  if (isNew) deps.log.warn('campaign.revoked', { campaign: key, actor: caller.id });
  return { campaign, replayed: !isNew };
}

/** SQL: whether a campaign has something to be taken back. */
export const CAMPAIGNS_ARE_DUE =
  '(select true from campaigns where revoking_since is not null and revoked_at is null limit 1)';

/** The name of the loop, as operators see it. */
export const REVOKE_LOOP = 'revoke-campaigns';

// As many as one set of the database has.
const GRANTS_A_ROUND = 256;

interface WorkNeeds extends Needs {
  readonly hub: Hub;
  readonly revoke: RevokeVerb;
}

interface DueGrant {
  readonly id: string;
  readonly userId: string;
  readonly reason: string;
  readonly actor: string;
}

/** Takes back grants of campaigns that are revoked. @returns how many */
export async function revokeDueGrants(deps: WorkNeeds): Promise<number> {
  const { rows } = await deps.pool.query<DueGrant>(
    `select g.id, g.user_id as "userId", c.revoke_reason as reason, c.revoked_by as actor
     from campaigns c cross join lateral (
       select id, user_id from credit_grants where campaign = c.key and revoked_at is null order by id limit $1) g
     where c.revoking_since is not null and c.revoked_at is null limit $1`,
    [GRANTS_A_ROUND],
  );
  const done = await workEach(
    deps,
    REVOKE_LOOP,
    rows,
    ({ id }) => id,
    async (row) => {
      await deps.revoke({ ...row, operator: null });
      deps.hub.publish([walletSubject(row.userId)]);
    },
  );
  await deps.pool.query(
    `update campaigns c set revoked_at = instant() where revoking_since is not null and revoked_at is null
       and not exists (select from credit_grants where campaign = c.key and revoked_at is null)`,
  );
  return done;
}
