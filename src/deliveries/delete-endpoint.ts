import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import type { DeliveryDeps } from './deps';
import type { WebhookEndpoint } from './endpoint.entity';
import { endpointIn, existingEndpoint } from './endpoint-input';

type Needs = Pick<DeliveryDeps, 'log' | 'pool'>;

const DELETE = `
  update webhook_endpoints set deleted_at = instant(), enabled = false
  where id = $1 and deleted_at is null
  returning *`;

// By itself, once the endpoint's row is ours: one statement of both would not see the secret of a rotation that it waited for.
const FORGET_SECRETS = 'delete from webhook_endpoint_secrets where endpoint_id = $1';

// A queue of any length goes in pages, each far below the time that a statement may take.
const PAGE = 5_000;
const END_WAITING = `
  update deliveries set status = 'dead', due_at = null
  where id in (select id from deliveries where endpoint_id = $1 and due_at is not null limit ${PAGE})`;

/**
 * Deletes an endpoint and its secrets. What still waited for it is dead; what was sent stays to be seen.
 * @throws Problem NOT_FOUND
 */
export async function deleteWebhookEndpoint(
  deps: Needs,
  caller: Caller,
  id: string,
): Promise<WebhookEndpoint> {
  await existingEndpoint(deps, id);
  const endpoint = await audited(
    deps.pool,
    caller,
    async (client) => {
      const gone = endpointIn((await client.query<Row>(DELETE, [id])).rows);
      await client.query(FORGET_SECRETS, [id]);
      return gone;
    },
    ({ url }) => ({ action: 'deleteWebhookEndpoint', targetId: id, diff: { url } }),
  );
  while ((await deps.pool.query(END_WAITING, [id])).rowCount === PAGE);
  deps.log.info('webhook_endpoint.deleted', { endpointId: id, actor: caller.id });
  return endpoint;
}
