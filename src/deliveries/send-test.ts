import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { readInstant } from '../db/instant';
import { newId } from '../kernel/ids';
import type { DeliveryDeps } from './deps';
import type { WebhookEndpoint } from './endpoint.entity';
import { existingEndpoint, switchedOff } from './endpoint-input';
import { TEST_TYPE } from './event-types';
import { queueDeliveries } from './queue';

type Needs = Pick<DeliveryDeps, 'log' | 'pool'>;

/**
 * Sends an endpoint a `test.ping`, signed and tried again like any other delivery.
 * @throws Problem NOT_FOUND, INVALID_STATE when the endpoint is switched off.
 */
export async function sendTestDelivery(deps: Needs, caller: Caller, id: string): Promise<WebhookEndpoint> {
  const endpoint = await existingEndpoint(deps, id);
  if (!endpoint.enabled) throw switchedOff();
  const event = {
    id: newId('event'),
    type: TEST_TYPE,
    version: 1,
    sequence: 1,
    occurredAt: (await readInstant(deps.pool)).toISOString(),
    userId: null,
    data: { endpointId: id },
  } as const;
  await audited(
    deps.pool,
    caller,
    (client) => queueDeliveries(client, [{ endpointId: id, event, orderKey: null }]),
    () => ({ action: 'sendTestDelivery', targetId: id }),
  );
  deps.log.info('webhook_endpoint.tested', { endpointId: id, actor: caller.id });
  return endpoint;
}
