// GET /healthz: the process lives. GET /readyz: it can serve, which needs PostgreSQL and nothing else.
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { pause } from '../kernel/clock';

// A load balancer asks every few seconds and must not wait longer than that.
const ANSWER_WITHIN_MS = 2_000;

export function addHealthRoutes(server: FastifyInstance, pool: pg.Pool): void {
  server.get('/healthz', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const isReady = await Promise.race([
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
      pause(ANSWER_WITHIN_MS).then(() => false),
    ]);
    return reply.code(isReady ? 200 : 503).send({ ok: isReady });
  });
}
