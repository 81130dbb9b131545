// Speaks graphql-transport-ws over sockets of ws, in the place of the protocol library's own binding: one timer asks all sockets
// whether they live, and of the request that a socket came by nothing is kept.
import type { IncomingMessage } from 'node:http';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';

// As the library closes.
const INTERNAL_ERROR = 4500;
// RFC 6455: this endpoint is going away.
const GOING_AWAY = 1001;

export interface Binding {
  dispose(): Promise<void>;
}

/** Resolves when it was handed to the system, so that nobody is told faster than he reads. */
function send(socket: WebSocket, message: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(message, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * @param keep what is kept with a socket, of itself and of the request that it came by
 * @param pingMs so often each socket is asked whether it lives; one that has not answered by the next time is ended
 */
export function bindSockets<Init extends Record<string, unknown> | undefined, Kept>(
  options: ServerOptions<Init & Record<string, unknown>, Kept>,
  sockets: WebSocketServer,
  keep: (socket: WebSocket, request: IncomingMessage) => Kept,
  pingMs: number,
  onFault: (error: unknown) => void,
): Binding {
  const server = makeServer(options);
  sockets.options.handleProtocols = handleProtocols;
  const silent = new WeakSet<WebSocket>();
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        silent.add(socket);
        socket.ping();
      }
    }
  }, pingMs);
  pinging.unref();
  sockets.on('connection', (socket, request) => {
    const failed = (error: unknown) => {
      onFault(error);
      socket.close(INTERNAL_ERROR, 'Internal server error');
    };
    socket.on('pong', () => silent.delete(socket));
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (hear) => {
          socket.on('message', (data) => {
            hear(String(data)).catch(failed);
          });
        },
      },
      keep(socket, request),
    );
    socket.once('close', (code, reason) => {
      closed(code, String(reason)).catch(onFault);
    });
  });
  return {
    dispose: async () => {
      clearInterval(pinging);
      for (const client of sockets.clients) client.close(GOING_AWAY, 'Going away');
      sockets.removeAllListeners();
      await new Promise<void>((resolve, reject) => {
        sockets.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}
