// The simulated providers over HTTP, for any SDK or program to be pointed at.
import pg from 'pg';
import { control } from './control';
import { installSimulator } from './install';
import { byProvider, PROVIDER_NAMES, PROVIDERS } from './providers';
import { type SimulatorServer, serve } from './server';
import type { Settings } from './settings';
import { createSimulator, type Deliver } from './simulator';

const CONNECTIONS_MAX = 4;

/**
 * Serves until the process is told to stop.
 * @param databaseUrl of a PostgreSQL whose schema `simulator` is the simulator's own.
 */
export async function runSimulator(databaseUrl: string, settings: Settings): Promise<void> {
  const { port, host, webhooks, secrets, keys } = settings;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS_MAX });
  // A connection that breaks while idle, or while it is closing, is replaced; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  await installSimulator(pool);
  const deliver = webhooks === '' ? async () => ({ status: 200 }) : deliverTo(webhooks);
  const instance = createSimulator({ pool, secrets, keys, deliver });
  const server = await serve(
    {
      handle: async (request) =>
        (await control({ simulator: instance, pool }, request)) ?? instance.handle(request),
    },
    { port, host },
  );
  instance.start();
  process.stdout.write(greeting(server, settings));
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  await server.close();
  await instance.stop();
  await pool.end();
}

const deliverTo =
  (webhooks: string): Deliver =>
  async ({ provider, headers, body }) => {
    const { status } = await fetch(`${webhooks}/${provider}`, { method: 'POST', headers, body });
    return { status };
  };

function greeting({ url }: SimulatorServer, { webhooks, keys }: Settings): string {
  const providers = Object.values(PROVIDERS);
  const said = byProvider(
    ({ title, key }, name) => `${title}: ${keys[name] ? key.variables : 'any test key'}`,
  );
  const [prefix] = providers.flatMap(({ playable }) => Object.keys(playable));
  return `
  Simulated ${providers.map(({ title }) => title).join(' and ')} at ${url}

    ${providers.map(({ addressVariable }) => `${addressVariable}=${url}`).join(' ')}     points the gateway here
    keys              ${Object.values(said).join(', ')}
    webhook events    ${webhooks === '' ? 'are not sent: name a receiver with --webhooks' : `go to ${PROVIDER_NAMES.map((name) => `${webhooks}/${name}`).join(' and ')}`}
    play an outcome   curl -s ${url}/simulator/play -d '{"id": "${prefix}_…", "outcome": "succeed"}'
    move the clock    curl -s ${url}/simulator/clock -d '{"advanceMs": 86400000}'

  Ctrl-C stops it.
`;
}
