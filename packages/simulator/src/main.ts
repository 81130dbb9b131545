// credits-gateway-simulator: the simulated providers as a program of their own.
import { runSimulator } from './program';
import { byProvider } from './providers';
import { readSettings, SettingsError } from './settings';

// Nobody else's: whoever wants to share others sets them.
const SECRETS = byProvider(({ webhooks }) => webhooks.secretDefault);

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env, SECRETS);
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL)
    throw new SettingsError(
      'DATABASE_URL: a PostgreSQL for what the simulated providers remember, e.g. postgresql://postgres@127.0.0.1:5432/postgres',
    );
  await runSimulator(DATABASE_URL, settings);
}

main().catch((error: unknown) => {
  const isTold = error instanceof SettingsError;
  process.stderr.write(`${isTold ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exitCode = isTold ? 2 : 1;
});
