// GET /healthz: the process lives. GET /readyz: it can serve, which needs PostgreSQL and nothing else, and goes on to.
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { pause } from '../kernel/clock';
import type { Draining } from './draining';

// A load balancer asks every few seconds and must not wait longer than that.
const ANSWER_WITHIN_MS = 2_000;

interface Asked {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
}

// A standby, and a server that was closed for writing: nobody can buy or spend there.
const WRITABLE = `select current_setting('transaction_read_only') = 'off' as is_writable`;

/** Ready is who gets an answer through both pools that requests use: one that is stuck is not seen through another. */
export function addHealthRoutes(
  server: FastifyInstance,
  { pool, dataSource }: Asked,
  draining: Draining,
): void {
  server.get('/healthz', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    if (draining.hasBegun) return reply.code(503).send({ ok: false });
    // Typed as without it, and read by our connections: what does not answer the probe is thrown away with it.
    const probe = { text: WRITABLE, query_timeout: ANSWER_WITHIN_MS } as pg.QueryConfig;
    const answered = Promise.all([pool.query(probe), dataSource.query('select 1')]).then(
      ([{ rows }]) => rows[0].is_writable === true,
      () => false,
    );
    const isReady = await Promise.race([answered, pause(ANSWER_WITHIN_MS).then(() => false)]);
    return reply.code(isReady ? 200 : 503).send({ ok: isReady });
  });
}
