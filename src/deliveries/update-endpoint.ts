import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import type { DeliveryDeps } from './deps';
import type { WebhookEndpoint } from './endpoint.entity';
import { descriptionFrom, endpointIn, existingEndpoint, patternsFrom, urlFrom } from './endpoint-input';

type Needs = Pick<DeliveryDeps, 'log' | 'mode' | 'pool'>;

export interface UpdateWebhookEndpointInput {
  readonly id: string;
  readonly url?: string | null;
  readonly events?: readonly string[] | null;
  readonly enabled?: boolean | null;
  /** Null takes it away; left out it stays. */
  readonly description?: string | null;
}

// Another url, or being switched on again, is a new start: old failures do not count against it.
const UPDATE = `
  update webhook_endpoints set
    url = coalesce($2, url),
    events = coalesce($3, events),
    enabled = coalesce($4, enabled),
    description = case when $5 then $6 else description end,
    failing_since = case when $7 or ($4 and not enabled) then null else failing_since end,
    failed_count = case when $7 or ($4 and not enabled) then 0 else failed_count end
  where id = $1 and deleted_at is null
  returning *`;

/**
 * Changes what is given. While an endpoint is off its deliveries wait; switched on it gets them.
 * @throws Problem NOT_FOUND, INVALID_INPUT
 */
export async function updateWebhookEndpoint(
  deps: Needs,
  caller: Caller,
  input: UpdateWebhookEndpointInput,
): Promise<WebhookEndpoint> {
  const { id, events, enabled, description } = input;
  const before = await existingEndpoint(deps, id);
  const url = typeof input.url === 'string' ? urlFrom(deps, input.url) : null;
  const values = [
    id,
    url,
    events ? patternsFrom(events) : null,
    enabled ?? null,
    description !== undefined,
    descriptionFrom(description),
    url !== null && url !== before.url,
  ];
  const endpoint = await audited(
    deps.pool,
    caller,
    async (client) => endpointIn((await client.query<Row>(UPDATE, values)).rows),
    (after) => ({
      action: 'updateWebhookEndpoint',
      targetId: id,
      diff: { before: shown(before), after: shown(after) },
    }),
  );
  deps.log.info('webhook_endpoint.updated', {
    endpointId: id,

    enabled: endpoint.enabled,
    actor: caller.id,
  });
  return endpoint;
}

const shown = ({ url, events, enabled }: WebhookEndpoint) => ({ url, events, enabled });
