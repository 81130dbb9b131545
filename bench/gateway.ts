// A gateway for a benchmark: the built one, in a process of its own, on a free port, in mock mode.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface BenchGateway {
  readonly url: string;
  readonly child: ChildProcess;
}

/**
 * Starts one on a database.
 * @param env more settings, or other ones
 * @param program another build's
 * @throws Error when it ends before it is ready
 */
export function startGateway(
  databaseUrl: string,
  env: NodeJS.ProcessEnv = {},
  program = path.join(__dirname, '..', 'src', 'main.js'),
): Promise<BenchGateway> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}`)));
    let text = '';
    child.stdout?.on('data', (chunk) => {
      if (text.length < 10_000) text += chunk;
      const ready = /"url":"([^"]*)".*"event":"gateway.ready"/.exec(text)?.[1];
      if (ready) resolve({ url: ready, child });
    });
  });
}

/** Stops it as Ctrl-C does. */
export async function stopGateway({ child }: BenchGateway): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await gone;
}
