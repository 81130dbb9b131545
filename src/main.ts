// One process: API, background work, or both (ROLE=all|api|worker).
import 'reflect-metadata';
import fs from 'node:fs';
import { startApp } from './app';
import { greeting } from './cli/greeting';
import { assertPortIsFree } from './http/port';
import { ConfigError, portOf, readConfig } from './kernel/config';
import { createLogger } from './telemetry/logger';

// A deployment kills what has not stopped after 10 s or more.
const STOP_WITHIN_MS = 9_000;

async function main(): Promise<void> {
  const startedMs = performance.now();
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const port = portOf(config);
  if (port !== null) await assertPortIsFree(port, config.host);
  const log = createLogger(config.logLevel);
  const app = await startApp(config, log);
  log.info('gateway.ready', { url: app.url, mode: config.mode, role: config.role, pid: process.pid });
  if (config.mode === 'mock' && config.role !== 'worker')
    process.stdout.write(await greeting(app, config, startedMs));

  let stopping = false;
  const stop = async (signal: string) => {
    // A second Ctrl-C means now.
    if (stopping) process.exit(1);
    stopping = true;
    log.info('gateway.stopping', { signal });
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await app.close();
    log.info('gateway.stopped');
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  // A wrong setting or a taken port is told in a sentence; anything else is a fault and shown whole.
  const told = error instanceof ConfigError || (error instanceof Error && error.name === 'StartRefused');
  process.stderr.write(`${told ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(1);
});
