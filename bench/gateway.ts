// Programs that a benchmark starts and ends: the built gateway on a free port in mock mode, and what stands beside it.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface BenchGateway {
  readonly url: string;
  readonly child: ChildProcess;
}

const GATEWAY_READY = /"url":"([^"]*)".*"event":"gateway.ready"/;
// A first start on a busy machine takes some seconds.
const READY_WITHIN_MS = 60_000;

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
  // BENCH_PROFILES=<folder>: each gateway leaves a profile of V8 there when it ends, for scripts/flame.mjs.
  const folder = process.env.BENCH_PROFILES;
  const flags = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
  return startProgram(
    [...flags, program],
    { DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'info', ...env },
    GATEWAY_READY,
  );
}

/**
 * @param words of node's command line
 * @param ready what it prints when it is; the first group is its address
 * @throws Error when it ends before, or is not ready within a minute
 */
export function startProgram(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
): Promise<BenchGateway> {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${words[0]} is not ready`));
    }, READY_WITHIN_MS);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`${words[0]} ended with ${code}`));
    });
    let text = '';
    child.stdout?.on('data', (chunk) => {
      if (text.length < 10_000) text += chunk;
      const url = ready.exec(text)?.[1];
      if (!url) return;
      clearTimeout(late);
      resolve({ url, child });
    });
  });
}

// Longer than a gateway takes to end by itself.
const GONE_WITHIN_MS = 10_000;

/** Stops it as Ctrl-C does, and ends it where that does not help. */
export async function stopGateway({ child }: BenchGateway): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), GONE_WITHIN_MS);
  await gone;
  clearTimeout(late);
}
