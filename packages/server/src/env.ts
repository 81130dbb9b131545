// npx credits-gateway-env --hooks http://127.0.0.1:3000/hooks > .env: what a back end needs of a gateway in mock mode. Elsewhere an
// admin makes keys and endpoints in the console, and no program is handed them.
import { parseArgs } from 'node:util';
import { developmentEnv } from './development-env';

const USAGE =
  'Usage: npx credits-gateway-env [--url http://127.0.0.1:4000] [--hooks http://127.0.0.1:3000/hooks] > .env';

function read(): { url: string; hooks: string | null } {
  try {
    const { values } = parseArgs({ options: { url: { type: 'string' }, hooks: { type: 'string' } } });
    return { url: values.url ?? 'http://127.0.0.1:4000', hooks: values.hooks ?? null };
  } catch {
    throw new Error(USAGE);
  }
}

async function main(): Promise<void> {
  const { url, hooks } = read();
  const settings = await developmentEnv(url, hooks);
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  process.stdout.write(lines.join(''));
  if (!settings.AUTH_JWT_SECRET)
    process.stderr.write('AUTH_JWT_SECRET is not in it: add the secret that the gateway was started with.\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
