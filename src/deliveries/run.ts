// What the whole gateway needs of this folder: its tables, and its part of the background work.
import { every } from '../jobs/every';
import { addressRules } from './address';
import { Delivery, DeliveryAttempt } from './delivery.entity';
import type { DeliveryDeps } from './deps';
import { WebhookEndpoint } from './endpoint.entity';
import { createPost } from './post';
import { relayAgain, relayEvents } from './relay';
import { createSender } from './sender';

export const DELIVERY_ENTITIES = [WebhookEndpoint, Delivery, DeliveryAttempt];

// An event is on its way about this long after its commit.
const RELAY_EVERY_MS = 250;
// What could not be relayed waits for 10 s at least.
const AGAIN_EVERY_MS = 2_000;

/** Makes deliveries of events and sends them, until `signal` aborts. */
export async function runDeliveries(
  deps: Pick<DeliveryDeps, 'pool' | 'log' | 'mode' | 'secrets'>,
  signal: AbortSignal,
): Promise<void> {
  const { pool, log, mode, secrets } = deps;
  const sender = createSender({ pool, log, secrets, post: createPost(addressRules(mode)) });
  const relay = async () => {
    const read = await relayEvents(deps);
    if (read > 0) sender.wake();
    return read;
  };
  const relaying = every({ name: 'relay-events', everyMs: RELAY_EVERY_MS, work: relay, log, signal });
  const again = every({
    name: 'relay-again',
    everyMs: AGAIN_EVERY_MS,
    work: () => relayAgain(deps),
    log,
    signal,
  });
  await Promise.all([relaying, again, sender.run(signal)]);
}
