// GraphQL over WebSocket on /graphql, by the graphql-transport-ws protocol: connection_init {"authorization":"Bearer …"}.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../callers/caller';
import type { Context } from '../graphql/context';
import { refusal } from '../graphql/errors';
import type { Guard } from '../graphql/guard';
import { sharedText } from '../graphql/together';
import type { Config } from '../kernel/config';
import type { AddressOf } from './address';
import { type Place, toldDirectly } from './frames';
import { statusOf } from './refusals';
import { isAllowedOrigin } from './server';
import type { Sessions } from './sessions';
import { type SlowReaders, TOO_SLOW } from './slow-readers';
import { bindSockets } from './socket-protocol';

// A subscription and its variables are a few kB; the library's own limit is 100 MB.
const MESSAGE_BYTES_MAX = 64 * 1024;
// Several of the largest answers: a socket's operations answer whatever is still under way to their client.
const WAITING_BYTES_MAX = 1024 * 1024;
// Proxies close a silent connection after 30 to 60 s.
const PING_MS = 15_000;
// Of the protocol: what clients answer by coming back with a new token.
const FORBIDDEN = 4403;
// RFC 6455: more than a client may.
const POLICY_VIOLATION = 1008;
// RFC 6455: this endpoint is going away.
const GOING_AWAY = 1001;
// IANA's registry of close codes: the client should come back later.
const TRY_AGAIN_LATER = 1013;

// A client says who it is with its first message; whoever does not is closed with 4408.
const INIT_WITHIN_MS = 3_000;

// A page watches a few things at once.
const SUBSCRIPTIONS_MAX = 20;
// A client says something when its user does something.
const MESSAGES_A_SECOND_MAX = 50;

export interface SocketParts {
  readonly server: FastifyInstance;
  readonly config: Config;
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly slowReaders: SlowReaders;
  readonly addressOf: AddressOf;
}

export function addSockets(parts: SocketParts): { close(): Promise<void> } {
  const { server, config, sessions, slowReaders, addressOf } = parts;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const protocol = bindSockets<ConnectionInit, Kept>(
    { ...protocolOf(parts), connectionInitWaitTimeout: INIT_WITHIN_MS },
    sockets,
    (socket, request) => ({
      socket,
      wire: request.socket,
      address: addressOf(request),
      country: addressOf.country(request),
      arrival: arrivals.get(request),
    }),
    PING_MS,
    (error) => parts.guard.report([asGraphqlError(error)], 'socket'),
  );
  server.server.on('upgrade', (request, socket, head) => {
    // Node leaves the socket of an upgrade without a listener, and an error that nobody hears ends the process.
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '').split('?');
    if (path !== '/graphql') return refuse(socket, '404 Not Found');
    if (!isAllowedOrigin(config, request.headers.origin, request.headers.host))
      return refuse(socket, '403 Forbidden');
    const leave = sessions.arrive(addressOf(request));
    if (!leave) return refuse(socket, '429 Too Many Requests');
    // However it ends, also before it said who it is.
    socket.once('close', leave);
    arrivals.set(request, leave);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      // The protocol's library hears the first error of a socket only.
      opened.on('error', () => opened.terminate());
      if (config.rateLimits) endBabble(opened);
      const forget = slowReaders.watch({
        waitingBytes: () => opened.bufferedAmount,
        waitingBytesMax: WAITING_BYTES_MAX,
        sendAway: () => opened.close(TRY_AGAIN_LATER, TOO_SLOW),
      });
      opened.once('close', forget);
      sockets.emit('connection', opened, request);
    });
  });
  return {
    close: async () => {
      for (const client of sockets.clients) client.close(GOING_AWAY, 'Going away');
      await protocol.dispose();
    },
  };
}

const asGraphqlError = (error: unknown) =>
  new GraphQLError('The socket broke.', {
    originalError: error instanceof Error ? error : new Error(String(error)),
  });

function protocolOf({ guard, sessions, config }: SocketParts): ServerOptions<ConnectionInit, Kept> {
  const contextOf = ({ caller = null, address, country }: Kept) =>
    guard.contextOf(caller, randomUUID(), address, country);
  return {
    // Asked once for each connection; who called is kept with the socket.
    onConnect: async ({ connectionParams, extra }) => {
      const authorization = connectionParams?.authorization ?? null;
      if (authorization !== null && typeof authorization !== 'string') return false;
      const { socket, arrival } = extra;
      try {
        extra.caller = await guard.authenticate(authorization, extra.address);
        // Gone while it was asked who it is.
        if (socket.readyState !== socket.OPEN) return false;
        const close = () => socket.close(FORBIDDEN, 'Forbidden');
        const forget = sessions.open({ caller: extra.caller, address: extra.address, arrival, close });
        if (forget) socket.once('close', forget);
        else socket.close(TRY_AGAIN_LATER, 'Too many sockets are open');
        return forget !== null;
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        if (statusOf(error) !== 401) socket.close(TRY_AGAIN_LATER, error.message);
        return false; // Closed with 4403, Forbidden, unless it is closed already.
      }
    },
    onSubscribe: async ({ extra, subscriptions }, id, payload) => {
      // This one is counted among them already.
      if (config.rateLimits && Object.keys(subscriptions).length > SUBSCRIPTIONS_MAX)
        return [refusal(`A socket has at most ${SUBSCRIPTIONS_MAX} operations at once.`, 'RATE_LIMITED')];
      const admitted = await guard.admit(payload, contextOf(extra));
      if ('schema' in admitted) places.set(admitted, { socket: extra.socket, wire: extra.wire, id });
      return admitted;
    },
    execute: (args) => guard.execute(args),
    subscribe: async (args) => {
      const stream = await guard.subscribe(args);
      const place = places.get(args);
      return place && Symbol.asyncIterator in stream ? toldDirectly(stream, place, sharedText) : stream;
    },
    onNext: (_ctx, _id, _payload, args, result) => guard.release(result, args.contextValue as Context),
    // What guard.admit refused, or a fault that ended a subscription.
    onError: ({ extra }, _id, _payload, errors) => guard.release({ errors }, contextOf(extra)).errors,
  };
}

/** Where each operation was asked for. */
const places = new WeakMap<ExecutionArgs, Place>();

/** What each socket was counted with when it came. */
const arrivals = new WeakMap<IncomingMessage, () => void>();

type ConnectionInit = Record<string, unknown> | undefined;

/** What is kept with a socket; who calls is added when it says so. */
interface Kept extends Omit<Place, 'id'> {
  readonly address: string;
  readonly country: string | null;
  readonly arrival: (() => void) | undefined;
  caller?: Caller | null;
}

/** Ends a socket that says more than any program has to say. */
function endBabble(socket: WebSocket): void {
  let count = 0;
  let sinceMs = 0;
  socket.on('message', () => {
    const nowMs = performance.now();
    if (nowMs - sinceMs >= 1_000) [count, sinceMs] = [0, nowMs];
    count++;
    if (count > MESSAGES_A_SECOND_MAX) socket.close(POLICY_VIOLATION, 'Too many messages');
  });
}

/** Whoever does not close after such an answer must not keep the socket. */
function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
