// Streams that end and are let go of in the same moment, as a purchase's does: its last event and its end come in one packet.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';

interface Watcher {
  readonly next: (event: { readonly cursor: string }) => void;
  readonly ended?: () => void;
}
interface Gateway {
  watchIntent(id: string, watcher: Watcher): () => void;
  watchBalance(watcher: Watcher): () => void;
  close(): void;
}
// Its types speak of a page, which these tests know nothing of.
const { createGateway } = require('@credits-gateway/client') as { createGateway(options: object): Gateway };

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  handleProtocols: () => 'graphql-transport-ws',
});
const sockets = new Set<WebSocket>();
let balanceStream = '';

/** Sends all of it in one packet. */
function tell(socket: WebSocket, ...messages: object[]) {
  const { _socket: below } = socket as unknown as { _socket: import('node:net').Socket };
  below.cork();
  for (const message of messages) socket.send(JSON.stringify(message));
  below.uncork();
}

beforeAll(async () => {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => {
      const { id, type, payload } = JSON.parse(String(data));
      if (type === 'connection_init') return tell(socket, { type: 'connection_ack' });
      if (type !== 'subscribe') return;
      if (payload.query.includes('balanceChanged')) {
        balanceStream = id;
        return tell(socket, { id, type: 'next', payload: { data: { event: { cursor: '1' } } } });
      }
      const event = { cursor: '1', sequence: 1, status: 'succeeded' };
      tell(socket, { id, type: 'next', payload: { data: { event } } }, { id, type: 'complete' });
    });
  });
  await once(server, 'listening');
});
afterAll(() => {
  for (const socket of sockets) socket.terminate();
  return new Promise((resolve) => server.close(resolve));
});

const gateway = () =>
  createGateway({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: () => 'token',
    webSocket: WebSocket,
  });

const watchedToItsEnd = (client: Gateway) =>
  new Promise<void>((resolve) => {
    const stop = client.watchIntent('int_1', {
      next: () => {
        stop();
        resolve();
      },
    });
  });

test('lets go of its socket when the last event is what ends the stream', async () => {
  await watchedToItsEnd(gateway());
  const [socket] = sockets;
  if (socket && socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
  expect(sockets.size).toBe(0);
}, 10_000);

test('keeps the stream of a balance when a purchase that was watched beside it has ended', async () => {
  const client = gateway();
  const told: string[] = [];
  const ended = jest.fn();
  const first = new Promise<void>((resolve) => {
    client.watchBalance({ next: ({ cursor }) => resolve(void told.push(cursor)), ended });
  });
  await first;
  await watchedToItsEnd(client);

  const [socket] = sockets;
  tell(socket!, { id: balanceStream, type: 'next', payload: { data: { event: { cursor: '2' } } } });
  for (let tries = 0; tries < 200 && told.length < 2; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));

  expect(told).toEqual(['1', '2']);
  expect(ended).not.toHaveBeenCalled();
  client.close();
});
