// npm run simulator [-- --port 12111 --webhooks http://127.0.0.1:4000/webhooks]: both simulated providers over HTTP, for
// any SDK or program to be pointed at. Its objects are kept in DATABASE_URL, else in an embedded database of its own.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../db/embedded';
import { HeardPool } from '../db/pool';
import { systemClock } from '../kernel/clock';
import type { Config } from '../kernel/config';
import { DEVELOPMENT_SECRETS } from '../kernel/development-secrets';
import { control } from '../simulator/control';
import { installSimulator } from '../simulator/install';
import { type SimulatorServer, serve } from '../simulator/server';
import { createSimulator, type Deliver } from '../simulator/simulator';
import { UsageError } from './command';

const USAGE = 'Usage: npm run simulator -- [--port 12111] [--webhooks http://127.0.0.1:4000/webhooks]';
// The port of Stripe's own mock server, so that what is set up for that one finds this one.
const PORT_DEFAULT = '12111';
const CONNECTIONS_MAX = 4;

/** Serves until it is told to stop. @returns 0 @throws UsageError */
export async function simulator(args: readonly string[], config: Config): Promise<number> {
  const { port, webhooks } = read(args);
  const embedded = config.databaseUrl
    ? null
    : await startEmbeddedPostgres({ dataDir: path.join(config.dataDir, 'simulator') });
  const connectionString = embedded?.url ?? config.databaseUrl;
  const pool = new HeardPool({ connectionString, max: CONNECTIONS_MAX });
  pool.on('error', () => undefined);
  await installSimulator(pool);
  const { stripeWebhook, razorpayWebhook } = DEVELOPMENT_SECRETS;
  const instance = createSimulator({
    pool,
    clock: systemClock,
    secrets: { stripeWebhook, razorpayWebhook },
    deliver: webhooks === '' ? async () => ({ status: 200 }) : deliverTo(webhooks),
  });
  const server = await serve(
    {
      handle: async (request) =>
        (await control({ simulator: instance, pool }, request)) ?? instance.handle(request),
    },
    { port, host: '127.0.0.1' },
  );
  instance.start();
  process.stdout.write(greeting(server, webhooks));
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  await server.close();
  await instance.stop();
  await pool.end();
  await embedded?.stop();
  return 0;
}

const deliverTo =
  (webhooks: string): Deliver =>
  async ({ provider, headers, body }) => {
    const { status } = await fetch(`${webhooks}/${provider}`, { method: 'POST', headers, body });
    return { status };
  };

function read(args: readonly string[]): { port: number; webhooks: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: PORT_DEFAULT },
        webhooks: { type: 'string', default: '' },
      },
    });
    const port = Number(values.port);
    const isAddress = values.webhooks === '' || URL.canParse(values.webhooks);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535 && isAddress)
      return { port, webhooks: values.webhooks.replace(/\/$/, '') };
  } catch {
    // An option that does not exist: the same answer.
  }
  throw new UsageError(USAGE);
}

const greeting = ({ url }: SimulatorServer, webhooks: string): string => `
  Simulated Stripe and Razorpay at ${url}

    STRIPE_API_BASE=${url} RAZORPAY_API_BASE=${url}     points the gateway here; any key will do
    webhook events    ${webhooks === '' ? 'are not sent: name a receiver with --webhooks' : `go to ${webhooks}/stripe and /razorpay`}
    play an outcome   curl -s ${url}/simulator/play -d '{"id": "pi_…", "outcome": "succeed"}'
    move the clock    curl -s ${url}/simulator/clock -d '{"advanceMs": 86400000}'

  Ctrl-C stops it.
`;
