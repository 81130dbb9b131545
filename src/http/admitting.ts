// Where more comes than can be answered in time, a request hears so at once, before its body is read. Webhook events, health
// and live streams are not asked: who sends them comes again with all of them, or is there already.
import type { FastifyInstance } from 'fastify';
import type { Admission } from '../limits/admission';

const RETRY_AFTER_SECONDS = 1;

const ANSWER = JSON.stringify({
  errors: [
    {
      message: 'More is asked at the moment than can be answered in time. Ask again, with the same key.',
      extensions: { code: 'UNAVAILABLE', retryAfterSeconds: RETRY_AFTER_SECONDS },
    },
  ],
});

/** @param path of the operations */
export function addAdmission(server: FastifyInstance, admission: Admission, path: string): void {
  server.addHook('onRequest', (request, reply, done) => {
    // A preflight is a question about the request that follows it.
    if (request.routeOptions.url !== path || request.method === 'OPTIONS') return done();
    if (admission.take()) {
      // Answered or gone: either way nobody waits any more.
      reply.raw.once('close', admission.leave);
      return done();
    }
    reply
      .code(503)
      .header('retry-after', String(RETRY_AFTER_SECONDS))
      .header('cache-control', 'private, no-store')
      .type('application/json; charset=utf-8')
      .send(ANSWER);
  });
}
