import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import type { DeliveryDeps } from './deps';
import type { WebhookEndpoint } from './endpoint.entity';
import { endpointIn, existingEndpoint } from './endpoint-input';
import { newSecret, SECRET_PURPOSE } from './signature';

type Needs = Pick<DeliveryDeps, 'log' | 'pool' | 'secrets'>;

// Time for a receiver to be changed over, on a working day or across a night.
const OVERLAP_HOURS = 24;
// Each live secret is a signature in a header, and servers refuse long ones: with more rotations in a day than this the
// oldest secret ends early.
const OLD_SECRETS_MAX = 4;

// One at a time, or neither sees the secret of the other, which then never ends; and none for one that is being deleted.
const LOCK = 'select * from webhook_endpoints where id = $1 and deleted_at is null for no key update';

const ROTATE = `
  with made as (
    insert into webhook_endpoint_secrets (endpoint_id, secret) values ($1, $2)
  ),
  old as (
    select secret, row_number() over (order by created_at desc) as age
    from webhook_endpoint_secrets where endpoint_id = $1
      and (expires_at is null or expires_at > (select instant()))
  ),
  overlapping as (
    update webhook_endpoint_secrets s set
      expires_at = coalesce(s.expires_at, instant() + interval '${OVERLAP_HOURS} hours')
    from old where s.endpoint_id = $1 and s.secret = old.secret and old.age <= ${OLD_SECRETS_MAX}
  )
  delete from webhook_endpoint_secrets s
  where s.endpoint_id = $1 and not exists (
    select 1 from old where old.secret = s.secret and old.age <= ${OLD_SECRETS_MAX})`;

/**
 * Gives an endpoint a new secret; the old one signs beside it for 24 hours. The new one is in this answer and in no other.
 * @throws Problem NOT_FOUND
 */
export async function rotateWebhookEndpointSecret(
  deps: Needs,
  caller: Caller,
  id: string,
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  await existingEndpoint(deps, id);
  const secret = newSecret();
  const endpoint = await audited(
    deps.pool,
    caller,
    async (client) => {
      const locked = endpointIn((await client.query<Row>(LOCK, [id])).rows);
      await client.query(ROTATE, [id, deps.secrets.sealText(secret, SECRET_PURPOSE)]);
      return locked;
    },
    () => ({ action: 'rotateWebhookEndpointSecret', targetId: id }),
  );
  deps.log.info('webhook_endpoint.secret_rotated', { endpointId: id, actor: caller.id });
  return { endpoint, secret };
}
