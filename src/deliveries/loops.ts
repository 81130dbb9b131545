// What the gateway does in the background for back ends: makes deliveries of events, and sends them.
import type { Hub } from '../events/hub';
import type { Loop } from '../jobs/loop';
import type { Observed } from '../telemetry/observed';
import { addressRules } from './address';
import type { DeliveryDeps } from './deps';
import { createPost } from './post';
import { EVENTS_ARE_DUE_AGAIN, EVENTS_WAIT, RELAY_LOOP, relayAgain, relayEvents } from './relay';
import { createSender, DELIVERIES_WAIT } from './sender';

// Between two rounds; an event that waits is found by the look at what is due.
const RELAY_EVERY_MS = 50;
// What could not be relayed waits for 10 s at least.
const AGAIN_EVERY_MS = 2_000;

export function deliveryLoops(
  deps: Pick<DeliveryDeps, 'pool' | 'log' | 'mode' | 'secrets'> & {
    readonly hub: Hub;
    readonly observed: Observed;
  },
): readonly Loop[] {
  const { pool, log, mode, secrets, hub, observed } = deps;
  const relay = async () => {
    const read = await relayEvents(deps);
    if (read > 0) hub.wake([DELIVERIES_WAIT]);
    return read;
  };
  return [
    { name: RELAY_LOOP, runs: 'in each process', everyMs: RELAY_EVERY_MS, due: EVENTS_WAIT, work: relay },
    {
      name: 'relay-again',
      runs: 'in each process',
      everyMs: AGAIN_EVERY_MS,
      due: EVENTS_ARE_DUE_AGAIN,
      work: () => relayAgain(deps),
    },
    createSender({ pool, log, secrets, hub, observed, post: createPost(addressRules(mode)) }),
  ];
}
