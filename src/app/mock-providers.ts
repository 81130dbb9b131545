import { createSimulator } from '@credits-gateway/simulator';
import { HeardPool } from '../db/pool';
import { systemClock } from '../kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../providers/mock-webhook-secrets';
import type { Logger } from '../telemetry/logger';

// The simulator gathers its calls into sets like the gateway does.
const SIMULATOR_CONNECTIONS_MAX = 4;

/** The simulated providers of mock mode; `address` is where this process listens, known once it does. */
export function mockProviders(databaseUrl: string, address: { readonly url: string }, log: Logger) {
  const pool = new HeardPool({ connectionString: databaseUrl, max: SIMULATOR_CONNECTIONS_MAX });
  pool.on('error', (error) => log.warn('simulator.connection_lost', { error: String(error) }));
  const instance = createSimulator({
    pool,
    clock: systemClock,
    secrets: MOCK_WEBHOOK_SECRETS,
    deliver: async ({ provider, headers, body }) => {
      const { status } = await fetch(`${address.url}/webhooks/${provider}`, {
        method: 'POST',
        headers,
        body,
      });
      return { status };
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
