// GET /metrics for Prometheus, for whoever has METRICS_TOKEN; without one there is none.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Deps } from '../graphql/context';
import { quarantinedByLoop } from '../jobs/quarantine';
import { addProcessMetrics, observeBatches, SECONDS } from './process-metrics';
import { addReplicaMetrics } from './replica-metrics';
import { addRiskMetrics } from './risk-metrics';
import { addSharedMetrics } from './shared-metrics';

export function addMetrics(server: FastifyInstance, deps: Deps): void {
  const { metricsToken } = deps.config;
  if (metricsToken === '') return;
  const register = new Registry();
  if (deps.config.cell !== '') register.setDefaultLabels({ cell: deps.config.cell });
  collectDefaultMetrics({ register });
  const registers = [register];
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers,
  });
  countWebhookEvents(deps, registers);
  countForeignObjects(deps, registers);
  countIdempotencyKeys(deps, registers);
  addProcessMetrics(deps, registers);
  const unobserve = observeBatches(registers);
  server.addHook('onClose', async () => unobserve());
  addSharedMetrics(deps, registers);
  new Gauge({
    name: 'quarantined_rows',
    help: 'Rows that a loop could not work and has set aside, by loop.',
    labelNames: ['loop'],
    registers,
    async collect() {
      this.reset();
      // The other figures are worth having also while the database is away.
      const rows = await quarantinedByLoop(deps.pool).catch(() => []);
      for (const { loop, rows: count } of rows) this.set({ loop }, count);
    },
  });
  addRiskMetrics(deps, registers);
  addReplicaMetrics(deps.replica, registers);
  server.addHook('onResponse', async ({ routeOptions }, reply) => {
    // By route, because addresses are endless.
    const route = routeOptions.url ?? 'none';
    seconds.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  server.get('/metrics', async ({ headers }, reply) => {
    if (!isSame(headers.authorization ?? '', `Bearer ${metricsToken}`))
      return reply
        .code(401)
        .send({ error: 'UNAUTHENTICATED', message: 'Send METRICS_TOKEN as Authorization: Bearer.' });
    return reply.type(register.contentType).send(await register.metrics());
  });
}

function countWebhookEvents({ webhookCounts }: Deps, registers: Registry[]): void {
  new Counter({
    name: 'webhook_events_total',
    help: 'Webhook events that came, by what became of them.',
    labelNames: ['result'],
    registers,
    collect() {
      const { stored, duplicates, notStored, rejected } = webhookCounts;
      this.reset();
      for (const [result, count] of Object.entries({ stored, duplicates, notStored, ...rejected }))
        this.inc({ result }, count);
    },
  });
}

function countForeignObjects({ foreignCounts }: Deps, registers: Registry[]): void {
  new Counter({
    name: 'foreign_objects_total',
    help: "What was recognised as of somebody else who uses the same provider's account: events that came, and lines of its books.",
    labelNames: ['provider', 'what'],
    registers,
    collect() {
      this.reset();
      for (const { provider, what, count } of foreignCounts.all()) this.inc({ provider, what }, count);
    },
  });
}

function countIdempotencyKeys({ keyCounts }: Deps, registers: Registry[]): void {
  new Counter({
    name: 'idempotency_keys_total',
    help: 'Idempotency keys by mutation: used before, new, and used before for another input; and where that was known.',
    labelNames: ['operation', 'result', 'backend'],
    registers,
    collect() {
      this.reset();
      for (const { count, operation, result, backend } of keyCounts.all())
        this.inc({ operation, result, backend }, count);
    },
  });
}

/** Compared by their hashes, so that the time says nothing about either. */
const isSame = (given: string, wanted: string) =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());
