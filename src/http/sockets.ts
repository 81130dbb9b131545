// GraphQL over WebSocket on /graphql, by the graphql-transport-ws protocol: connection_init {"authorization":"Bearer …"}.
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Caller } from '../callers/caller';
import type { Context } from '../graphql/context';
import type { Guard } from '../graphql/guard';
import type { Config } from '../kernel/config';
import { statusOf } from './refusals';
import { isAllowedOrigin } from './server';

// A subscription and its variables are a few kB; the library's own limit is 100 MB.
const MESSAGE_BYTES_MAX = 64 * 1024;
// Proxies close a silent connection after 30 to 60 s.
const PING_MS = 15_000;
// RFC 6455: this endpoint is going away.
const GOING_AWAY = 1001;
// IANA's registry of close codes: the client should come back later.
const TRY_AGAIN_LATER = 1013;

export function addSockets(
  server: FastifyInstance,
  config: Config,
  guard: Guard,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const protocol = useServer(
    {
      // Otherwise the library closes with the text of what was thrown, which may hold a secret.
      isProd: true,
      // Asked once for each connection; who called is kept with the socket.
      onConnect: async ({ connectionParams, extra }) => {
        const authorization = connectionParams?.authorization ?? null;
        if (authorization !== null && typeof authorization !== 'string') return false;
        try {
          (extra as unknown as Kept).caller = await guard.authenticate(authorization);
          return true;
        } catch (error) {
          if (!(error instanceof GraphQLError)) throw error;
          if (statusOf(error) === 503) extra.socket.close(TRY_AGAIN_LATER, error.message);
          return false; // Closed with 4403, Forbidden, unless it is closed already.
        }
      },
      onSubscribe: (ctx, _id, payload) => {
        const context = guard.contextOf((ctx.extra as unknown as Kept).caller, randomUUID());
        return guard.admit(payload, context);
      },
      execute: (args) => guard.execute(args),
      subscribe: (args) => guard.subscribe(args),
      onNext: (_ctx, _id, _payload, args, result) => guard.release(result, args.contextValue as Context),
      // What guard.admit refused, or a fault that ended a subscription.
      onError: ({ extra }, _id, _payload, errors) =>
        guard.release({ errors }, guard.contextOf((extra as unknown as Kept).caller, randomUUID())).errors,
    },
    sockets,
    PING_MS,
  );
  server.server.on('upgrade', (request, socket, head) => {
    // Node leaves the socket of an upgrade without a listener, and an error that nobody hears ends the process.
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '').split('?');
    if (path !== '/graphql') return refuse(socket, '404 Not Found');
    if (!isAllowedOrigin(config, request.headers.origin, request.headers.host))
      return refuse(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  return {
    close: async () => {
      for (const client of sockets.clients) client.close(GOING_AWAY, 'Going away');
      await protocol.dispose();
    },
  };
}

/** Whoever does not close after such an answer must not keep the socket. */
function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

interface Kept {
  caller: Caller | null;
}
