import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import { newId } from '../kernel/ids';
import { invalidInput } from '../kernel/problems';
import type { DeliveryDeps } from './deps';
import type { WebhookEndpoint } from './endpoint.entity';
import { descriptionFrom, endpointIn, patternsFrom, urlFrom } from './endpoint-input';
import { newSecret, SECRET_PURPOSE } from './signature';

type Needs = Pick<DeliveryDeps, 'log' | 'mode' | 'pool' | 'secrets'>;

export interface WebhookEndpointInput {
  readonly url: string;
  /** Patterns of event types. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly description?: string | null;
}

/** As many as a list shows. */
export const ENDPOINTS_MAX = 50;

// Whoever relays passes over nothing from here on: see pass_over_events in queue.sql.
const HOLD = `select 1 from positions where name = 'deliveries' for no key update`;

const CREATE = `
  with made as (
    insert into webhook_endpoints (id, url, events, enabled, description)
    select $1, $2, $3, $4, $5
    where (select count(*) from webhook_endpoints where deleted_at is null) < ${ENDPOINTS_MAX}
    returning *
  ),
  kept as (
    insert into webhook_endpoint_secrets (endpoint_id, secret) select id, $6 from made
  )
  select * from made`;

/**
 * Makes an endpoint. It gets what happens from now on. The secret is in this answer and in no other.
 * @throws Problem INVALID_INPUT
 */
export async function createWebhookEndpoint(
  deps: Needs,
  caller: Caller,
  input: WebhookEndpointInput,
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  const secret = newSecret();
  const values = [
    newId('webhookEndpoint'),
    urlFrom(deps, input.url),
    patternsFrom(input.events),
    input.enabled,
    descriptionFrom(input.description),
    deps.secrets.sealText(secret, SECRET_PURPOSE),
  ];
  const endpoint = await audited(
    deps.pool,
    caller,
    async (client) => {
      await client.query(HOLD);
      const { rows } = await client.query<Row>(CREATE, values);
      if (rows.length === 0)
        throw invalidInput(`There are ${ENDPOINTS_MAX} endpoints already: delete one that is not needed.`);
      return endpointIn(rows);
    },
    ({ id, url, events, enabled }) => ({
      action: 'createWebhookEndpoint',
      targetId: id,
      diff: { url, events, enabled },
    }),
  );
  deps.log.info('webhook_endpoint.created', { endpointId: endpoint.id, actor: caller.id });
  return { endpoint, secret };
}
