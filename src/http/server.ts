// The HTTP server: what holds for every route. Routes are added by the files beside this one.
import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Config } from '../kernel/config';
import type { Logger } from '../telemetry/logger';

// A purchase is a few hundred bytes, a webhook event a few kB.
const BODY_BYTES_MAX = 1024 * 1024;
// Whoever cannot send a small request in 10 s only holds a socket.
const REQUEST_TIMEOUT_MS = 10_000;

// Node looks every 30 s unless it is told to, and lets slow senders stay for so long.
const CHECK_EVERY_MS = 1_000;

/** An empty server with limits, CORS and one way to answer what goes wrong. */
export async function createServer(config: Config, log: Logger): Promise<FastifyInstance> {
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
    genReqId: () => randomUUID(),
    // A stopping server finishes what it began and takes nothing new.
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  // Everything here takes JSON, and text is what a cross-site form can send.
  server.removeContentTypeParser('text/plain');
  await server.register(cors, { origin: originRule(config), methods: ['GET', 'POST'], maxAge: 600 });
  const guarding = await headersOfHelmet({
    // What a page may load is for the pages to say; the API has none.
    contentSecurityPolicy: false,
    // A browser that believed it in mock mode would refuse every other server of this machine.
    hsts: config.mode === 'live',
    frameguard: { action: 'deny' },
    // Scripts of allowed origins read answers by CORS.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(guarding);
    done();
  });
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500)
      return reply.code(status).send({ error: error.code ?? 'BAD_REQUEST', message: error.message });
    log.error('http.failed', { requestId: request.id, path: request.routeOptions.url, error: String(error) });
    return reply.code(status).send({ error: 'INTERNAL_SERVER_ERROR', requestId: request.id });
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'NOT_FOUND', message: 'Not found.' }),
  );
  return server;
}

/** They are the same for every answer: asked for once, because the plugin makes all its functions anew for each request. */
async function headersOfHelmet(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const [bare, guarded] = [fastify(), fastify()];
  await guarded.register(helmet, options);
  const [without, all] = await Promise.all(
    [bare, guarded].map(async (server) => (await server.inject('/')).headers),
  );
  await Promise.all([bare.close(), guarded.close()]);
  return Object.fromEntries(
    Object.entries(all ?? {}).flatMap(([name, value]) =>
      without && name in without ? [] : [[name, String(value)]],
    ),
  );
}

const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Which origins a browser may call from: those listed, or in mock mode any port of this machine. */
export function originRule(config: Pick<Config, 'allowedOrigins' | 'mode'>): (string | RegExp)[] {
  if (config.allowedOrigins.length > 0) return [...config.allowedOrigins];
  return config.mode === 'mock' ? [LOCALHOST] : [];
}

/** True when a socket may be opened from this origin. Programs send none, and our own pages come from `host` itself. */
export function isAllowedOrigin(
  config: Pick<Config, 'allowedOrigins' | 'mode'>,
  origin: string | undefined,
  host?: string,
): boolean {
  if (!origin) return true;
  if (host && (origin === `https://${host}` || origin === `http://${host}`)) return true;
  return originRule(config).some((rule) => (typeof rule === 'string' ? rule === origin : rule.test(origin)));
}
