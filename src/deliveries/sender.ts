// Sends deliveries until their receivers take them: at least once, each in its own time. What is under way is bounded for
// each endpoint and in all; a crash leaves nothing but leases that run out.
import { setMaxListeners } from 'node:events';
import type { Hub } from '../events/hub';
import type { Loop } from '../jobs/loop';
import { pause } from '../kernel/clock';
import { DELIVERIES_ARE_DUE, type Shares, type TakenDelivery, takeDeliveries } from './queue';
import { createSend, GIVE_UP, SCHEDULE_SECONDS, type SendOptions } from './send';

export interface SenderOptions
  extends Pick<SendOptions, 'pool' | 'post' | 'log' | 'secrets'>,
    Partial<Pick<SendOptions, 'scheduleSeconds' | 'timeoutMs' | 'giveUp' | 'observed'>> {
  readonly hub: Pick<Hub, 'wake'>;
  readonly shares?: Shares;
}

/** The subject of the hub that rings when a delivery waits, or when there is room for one. */
export const DELIVERIES_WAIT = 'deliveries';

// A receiver should store and answer; who needs longer than this for it is not well.
const TIMEOUT_MS = 20_000;
// A dozen endpoints that hang until the time-out still leave room for the others.
const SHARES: Shares = { inAll: 200, perEndpoint: 16, perFailingEndpoint: 2 };
// Longer than an attempt, so that a second owner means that the first one died.
const LEASE_MARGIN_SECONDS = 10;
// Between two rounds, unless it rings: what another process queued, and what is due again, is found by the look at what is due.
const LOOK_EVERY_MS = 100;
// Places that become free together are filled by one statement.
const GATHER_MS = 10;
// A stopping process has 9 s for everything.
const STOP_WITHIN_MS = 3_000;

/** The loop that sends what is due; drained, it waits for what is under way, but not for long. */
export function createSender(options: SenderOptions): Loop {
  const { pool, log, hub, timeoutMs = TIMEOUT_MS, shares = SHARES } = options;
  const send = createSend({ scheduleSeconds: SCHEDULE_SECONDS, giveUp: GIVE_UP, ...options, timeoutMs });
  const leaseSeconds = Math.ceil(timeoutMs / 1000) + LEASE_MARGIN_SECONDS;
  /** How many to each endpoint. */
  const inFlight = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  const cutOff = new AbortController();
  // Every request under way listens to it.
  setMaxListeners(shares.inAll, cutOff.signal);

  function start(taken: TakenDelivery): void {
    const { endpointId, id: deliveryId } = taken.delivery;
    inFlight.set(endpointId, (inFlight.get(endpointId) ?? 0) + 1);
    const sending: Promise<void> = send(taken, cutOff.signal)
      .catch((error: unknown) => log.error('delivery.fault', { deliveryId, error: String(error) }))
      .finally(() => {
        const left = (inFlight.get(endpointId) ?? 1) - 1;
        if (left > 0) inFlight.set(endpointId, left);
        else inFlight.delete(endpointId);
        underWay.delete(sending);
        hub.wake([DELIVERIES_WAIT]);
      });
    underWay.add(sending);
  }

  return {
    name: 'send-deliveries',
    runs: 'in each process',
    everyMs: LOOK_EVERY_MS,
    wokenBy: DELIVERIES_WAIT,
    due: DELIVERIES_ARE_DUE,
    work: async (stopping) => {
      await pause(GATHER_MS, stopping);
      if (stopping.aborted || underWay.size >= shares.inAll) return 0;
      for (const taken of await takeDeliveries(pool, inFlight, shares, leaseSeconds)) start(taken);
      // Under way, not done: who is done rings.
      return 0;
    },
    drain: async () => {
      await Promise.race([Promise.all(underWay), pause(STOP_WITHIN_MS)]);
      cutOff.abort();
      await Promise.all(underWay);
    },
  };
}
