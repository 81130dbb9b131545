// What /metrics says of this process: what it was asked and what it asked of providers, its connections, sets and streams.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Deps } from '../graphql/context';
import { observeSets } from '../kernel/batch';
import { VERSION } from '../kernel/version';
import { payersCalls } from '../providers/transport';

// From an answer out of memory to one that waited for a provider.
export const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
// A provider's timeout is at most a minute.
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export function addProcessMetrics(deps: Deps, registers: Registry[]): void {
  observe(deps, registers);
  countSpans(deps, registers);
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge(
    'database_connections_waiting',
    'Statements that wait for a connection.',
    () => deps.pool.waitingCount,
  );
  gauge(
    'database_connections_open',
    'Connections of the pool that requests use.',
    () => deps.pool.totalCount,
  );
  gauge('database_connections_idle', 'Those of them that do nothing.', () => deps.pool.idleCount);
  gauge('live_streams_open', 'Sockets and streams that are open.', () => deps.streams.open);
  gauge(
    'provider_calls_waited_for',
    'Calls to providers that somebody waits for in front of a screen.',
    () => payersCalls.underWay,
  );
  gauge('redis_up', '1: Redis takes commands; 0: it is away. -1: none is used.', () =>
    deps.redis ? Number(deps.redis.status === 'ready') : -1,
  );
  new Gauge({
    name: 'gateway_info',
    help: 'Always 1: which release this process is, and what it does.',
    labelNames: ['version', 'role', 'mode'],
    registers,
    collect() {
      this.set({ version: VERSION, role: deps.config.role, mode: deps.config.mode }, 1);
    },
  });
}

function observe({ observed }: Deps, registers: Registry[]): void {
  const operations = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Calls of the API by the field that was asked and how they ended: ok, a code of docs/errors.md, or FAULT.',
    labelNames: ['operation', 'code'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Histogram({
    name: 'provider_call_duration_seconds',
    help: 'Calls to providers by operation and outcome.',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: CALL_SECONDS,
    registers,
  });
  observed.listen({
    operation: ({ operation, code, ms }) => operations.observe({ operation, code }, ms / 1000),
    providerCall: ({ provider, operation, outcome, ms }) =>
      calls.observe({ provider, operation, outcome }, ms / 1000),
  });
}

function countSpans({ observed }: Deps, registers: Registry[]): void {
  new Counter({
    name: 'trace_spans_total',
    help: 'Spans by what became of them: exported, or dropped because too many waited or the collector did not take them.',
    labelNames: ['outcome'],
    registers,
    collect() {
      const counts = observed.tracer()?.counts;
      if (!counts) return;
      this.reset();
      this.inc({ outcome: 'exported' }, counts.exported);
      this.inc({ outcome: 'dropped' }, counts.dropped);
    },
  });
}

/** From now on, sets of this process. @returns ends it */
export function observeBatches(registers: Registry[]): () => void {
  const sizes = new Histogram({
    name: 'database_set_rows',
    help: 'How many calls share one statement, by what is called.',
    labelNames: ['set'],
    buckets: SIZES,
    registers,
  });
  const waits = new Histogram({
    name: 'database_set_wait_seconds',
    help: 'For how long the first call of a set waited for it to leave.',
    labelNames: ['set'],
    buckets: SECONDS,
    registers,
  });
  return observeSets(({ set, rows, waitedMs }) => {
    sizes.observe({ set }, rows);
    waits.observe({ set }, waitedMs / 1000);
  });
}
