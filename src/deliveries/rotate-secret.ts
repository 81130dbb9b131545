import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { DeliveryDeps } from './deps';
import type { WebhookEndpoint } from './endpoint.entity';
import { existingEndpoint } from './endpoint-input';
import { newSecret, SECRET_PURPOSE } from './signature';

type Needs = Pick<DeliveryDeps, 'log' | 'pool' | 'secrets'>;

// Time for a receiver to be changed over, on a working day or across a night.
const OVERLAP_HOURS = 24;
// Each live secret is a signature in a header, and servers refuse long ones: with more rotations in a day than this the
// oldest secret ends early.
const OLD_SECRETS_MAX = 4;

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
  const endpoint = await existingEndpoint(deps, id);
  const secret = newSecret();
  await audited(
    deps.pool,
    caller,
    (client) => client.query(ROTATE, [id, deps.secrets.sealText(secret, SECRET_PURPOSE)]),
    () => ({ action: 'rotateWebhookEndpointSecret', targetId: id }),
  );
  deps.log.info('webhook_endpoint.secret_rotated', { endpointId: id, actor: caller.id });
  return { endpoint, secret };
}
