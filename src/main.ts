// One process: API, background work, or both (ROLE=all|api|worker).
import 'reflect-metadata';
import fs from 'node:fs';
import { startApp } from './app';
import { lastHandler, stopper } from './app/stop';
import { greeting } from './cli/greeting';
import { assertPortIsFree } from './http/port';
import { ConfigError, portOf } from './kernel/config';
import { readConfig } from './providers/read-config';
import { createLogger } from './telemetry/logger';
import { traceIdOfLine } from './telemetry/trace-context';

async function main(): Promise<void> {
  const startedMs = performance.now();
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const port = portOf(config);
  if (port !== null)
    await assertPortIsFree(port, config.host, config.role === 'worker' ? 'WORKER_PORT' : 'PORT');
  const log = createLogger(config.logLevel, undefined, config.tracing ? traceIdOfLine : undefined);
  const app = await startApp(config, log);
  log.info('gateway.ready', { url: app.url, mode: config.mode, role: config.role, pid: process.pid });
  if (config.mode === 'mock') log.warn('gateway.mock_mode', { role: config.role });
  if (config.mode === 'mock' && config.role !== 'worker')
    process.stdout.write(await greeting(app, config, startedMs));

  const stop = stopper(app, log);
  process.on('SIGINT', () => stop('SIGINT', 0));
  // A deployment's; a person at a terminal waits for nobody.
  process.on('SIGTERM', () => stop('SIGTERM', 0, config.drainMs));
  lastHandler(log, stop);
}

main().catch((error: unknown) => {
  // A wrong setting or a taken port is told in a sentence; anything else is a fault and shown whole.
  const told = error instanceof ConfigError || (error instanceof Error && error.name === 'StartRefused');
  process.stderr.write(`${told ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(1);
});
