import { createSimulator } from '@credits-gateway/simulator';
import { HeardPool } from '../db/pool';
import type { ReceiveWebhook } from '../http/webhooks';
import { systemClock } from '../kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../providers/mock-webhook-secrets';
import type { Logger } from '../telemetry/logger';

// The simulator gathers its calls into sets like the gateway does.
const SIMULATOR_CONNECTIONS_MAX = 4;

/** Where the simulated providers bring their webhook events: this process, from when it listens until it stops. */
export interface Door {
  receive: ReceiveWebhook | null;
}

/**
 * The simulated providers of mock mode. Their events come in by what the route for webhooks does, signature and all; the network
 * between this process and itself is left out.
 */
export function mockProviders(databaseUrl: string, door: Door, log: Logger) {
  const pool = new HeardPool({ connectionString: databaseUrl, max: SIMULATOR_CONNECTIONS_MAX });
  pool.on('error', (error) => log.warn('simulator.connection_lost', { error: String(error) }));
  const instance = createSimulator({
    pool,
    clock: systemClock,
    secrets: MOCK_WEBHOOK_SECRETS,
    deliver: async ({ provider, headers, body }) => {
      // As a server that does not listen: it comes again.
      if (!door.receive) return { status: 503 };
      return door.receive(provider, Buffer.from(body), headers);
    },
    onFault: (error) => log.warn('simulator.failed', { error: String(error) }),
  });
  return {
    instance,
    close: async () => {
      await instance.stop();
      await pool.end();
    },
  };
}
