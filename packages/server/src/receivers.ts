// Receivers of deliveries for the servers that products run. Each reads the bytes as they came, answers 400 to what the gateway
// did not sign, 204 when the product took the event, and 500 when it could not, so that it is sent again.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DeliveryEvent, DeliveryRefused, verifyDelivery } from './deliveries';

export interface ReceiverOptions {
  /** `whsec_…`; two, as a list or with a comma between them, while the secret is being changed. */
  readonly secret: string | readonly string[];
  /** Keeps the event and comes back; work that takes longer comes afterwards: an answer counts within 20 s. */
  readonly handle: (event: DeliveryEvent) => unknown;
  /** Hears of what was refused and of what `handle` threw. Left out, nobody does. */
  readonly onError?: (error: unknown) => void;
}

// The largest delivery is a few kB; whoever sends more is somebody else.
const BYTES_MAX = 1024 * 1024;

/** @returns the status to answer with */
async function receive(
  { secret, handle, onError }: ReceiverOptions,
  headers: Parameters<typeof verifyDelivery>[0]['headers'],
  body: string | Uint8Array,
): Promise<204 | 400 | 500> {
  try {
    await handle(verifyDelivery({ headers, body }, secret));
    return 204;
  } catch (error) {
    onError?.(error);
    return error instanceof DeliveryRefused ? 400 : 500;
  }
}

/** For Hono, Next's route handlers, and whatever else speaks Request and Response. */
export function deliveryRoute(options: ReceiverOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const status = body.length > BYTES_MAX ? 400 : await receive(options, request.headers, body);
    return new Response(null, { status });
  };
}

/** For node:http and express, before any middleware that parses bodies. */
export function deliveryListener(
  options: ReceiverOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void readAll(request)
      .then((body) => (body === null ? 400 : receive(options, request.headers, body)))
      .catch((error: unknown) => {
        options.onError?.(error);
        return 400;
      })
      .then((status) => response.writeHead(status).end());
  };
}

/** Null when it is larger than a delivery. */
async function readAll(request: IncomingMessage & { readonly body?: unknown }): Promise<Uint8Array | null> {
  // express.raw() has read it already.
  if (request.body instanceof Uint8Array) return request.body;
  if (request.readableEnded)
    throw new TypeError(
      'The body was read before: put the receiver before what parses bodies, or use express.raw().',
    );
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BYTES_MAX) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

interface FastifyLike {
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer' },
    parser: (request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown;
  removeAllContentTypeParsers(): unknown;
  post(
    path: string,
    handler: (
      request: { headers: IncomingMessage['headers']; body: unknown },
      reply: { code(status: number): { send(body?: unknown): unknown } },
    ) => Promise<unknown>,
  ): unknown;
}

/** A plugin for fastify: `app.register(deliveryPlugin({ path: '/hooks', secret, handle }))`. Its other routes keep their parsers. */
export function deliveryPlugin(
  options: ReceiverOptions & { readonly path: string },
): (app: FastifyLike) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
    app.post(options.path, async (request, reply) => {
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      return reply.code(await receive(options, request.headers, body)).send();
    });
  };
}
