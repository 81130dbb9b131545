// Traces of a process, where a collector is named.
import os from 'node:os';
import type { ThisProcess } from '../db/processes';
import type { Deps } from '../graphql/context';
import type { TracingSettings } from '../kernel/tracing-settings';
import { VERSION } from '../kernel/version';
import { startTracing } from '../telemetry/tracing';

/** @returns what sends the rest, for no longer than a second, and ends it */
export function startTraces(
  settings: TracingSettings,
  { config, observed, log, gatewayIds }: Deps,
  self: ThisProcess,
): { close(): Promise<void> } {
  const resource = {
    'service.version': VERSION,
    'service.instance.id': self.id,
    'host.name': os.hostname(),
    'gateway.role': config.role,
    'gateway.mode': config.mode,
    'gateway.id': gatewayIds[0],
    ...(config.cell === '' ? {} : { 'gateway.cell': config.cell }),
  };
  return startTracing({ settings, resource, observed, log });
}
