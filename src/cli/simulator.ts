// npm run simulator [-- --port 12111 --webhooks http://127.0.0.1:4000/webhooks]: the simulated providers over HTTP. Their
// objects are kept in DATABASE_URL, else in an embedded database of its own.
import path from 'node:path';
import { runSimulator } from '@credits-gateway/simulator/program';
import { readSettings, type Settings, SettingsError } from '@credits-gateway/simulator/settings';
import { startEmbeddedPostgres } from '../db/embedded';
import type { Config } from '../kernel/config';
import { MOCK_WEBHOOK_SECRETS } from '../providers/mock-webhook-secrets';
import { UsageError } from './command';

export const SIMULATOR_HELP = `Usage: npm run simulator [-- --port 12111 --webhooks http://127.0.0.1:4000/webhooks]
Serves both simulated providers over HTTP. Their objects are kept in DATABASE_URL, else in an embedded database of their own.`;

/** Serves until it is told to stop. @returns 0 @throws UsageError */
export async function simulator(args: readonly string[], config: Config): Promise<number> {
  const settings = read(args);
  const embedded = config.databaseUrl
    ? null
    : await startEmbeddedPostgres({ dataDir: path.join(config.dataDir, 'simulator') });
  await runSimulator(embedded?.url ?? (config.databaseDirectUrl || config.databaseUrl), settings);
  await embedded?.stop();
  return 0;
}

function read(args: readonly string[]): Settings {
  try {
    // Unless others are set it signs with what a gateway in mock mode believes.
    return readSettings(args, process.env, MOCK_WEBHOOK_SECRETS);
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
}
