// A balance that a back end follows: over a connection that breaks, and until somebody has seen enough.
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { BalanceChange } from '@credits-gateway/server';
import { createGateway, type Gateway, isGatewayError } from '@credits-gateway/server';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let running: GatewayProcess;
let gateway: Gateway;
let apiKey = '';
let keyId = '';
let front: http.Server;
const sockets = new Set<Socket>();
let streams = 0;

// Before the gateway: what is open can be cut.
beforeAll(async () => {
  running = await startGateway({ DATABASE_URL: database.url });
  const admin = await running.as('adm_1', 'admin');
  const made = await admin.mutate(
    'createApiKey',
    { name: 'back end', role: 'service' },
    'secret apiKey { id }',
  );
  apiKey = made.secret;
  keyId = made.apiKey.id;
  front = http.createServer((request, response) => {
    const onward = http.request(
      `${running.url}${request.url}`,
      { method: request.method, headers: request.headers },
      (from) => {
        response.writeHead(from.statusCode ?? 500, from.headers);
        response.flushHeaders();
        from.once('error', () => response.destroy());
        from.pipe(response);
      },
    );
    if (request.url === '/graphql/stream') {
      streams++;
      response.once('close', () => streams--);
    }
    response.once('close', () => onward.destroy());
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  front.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  gateway = createGateway({
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    apiKey: () => apiKey,
  });
});
afterAll(async () => {
  front.close();
  await stopGateways();
});

let users = 0;
async function buyer(): Promise<string> {
  const userId = `watched_${++users}`;
  const { intent } = await gateway.createIntent({ userId, packageId: 'medium', provider: 'stripe' });
  const payer = await running.as(userId);
  await payer.mutate('simulatePayment', { id: intent.id }, 'intent { status }');
  return userId;
}
const next = async (changes: AsyncGenerator<BalanceChange, void, void>) => {
  const { value } = await changes.next();
  if (!value) throw new Error('It ended.');
  return value;
};

it('tells the balance as it is, and then each change with what made it', async () => {
  const userId = await buyer();
  const changes = gateway.watchBalance(userId);

  expect(await next(changes)).toMatchObject({ kind: 'snapshot', delta: null, balance: { credits: 120 } });
  await gateway.spend({ userId, credits: 20, reason: 'render' });
  expect(await next(changes)).toMatchObject({
    kind: 'change',
    delta: -20,
    balance: { userId, credits: 100, available: 100 },
    transaction: { reason: 'render' },
  });
  await changes.return();
});

it('goes on where it was when the connection is cut: each change, in order, once', async () => {
  const userId = await buyer();
  const changes = gateway.watchBalance(userId);
  await next(changes);
  const waiting = next(changes);
  for (const socket of sockets) socket.destroy();
  for (const credits of [1, 2, 3]) await gateway.spend({ userId, credits, reason: 'r' });

  const seen = [await waiting, await next(changes), await next(changes)];

  expect(seen.map(({ delta }) => delta)).toEqual([-1, -2, -3]);
  expect(seen.at(-1)?.balance.credits).toBe(114);
  await changes.return();
});

it('ends without an error when its signal is aborted, and leaves no request open', async () => {
  const userId = await buyer();
  const enough = new AbortController();
  const seen: number[] = [];
  for await (const { balance } of gateway.watchBalance(userId, { signal: enough.signal })) {
    seen.push(balance.credits);
    setTimeout(() => enough.abort(), 50);
  }

  expect(seen).toEqual([120]);
  await eventually(() => expect(streams).toBe(0));
});

it('is refused with a code where no waiting helps', async () => {
  const refused = await next(
    createGateway({ url: running.url, apiKey: 'ck_none' }).watchBalance('watched_0'),
  ).catch((error: unknown) => error);

  expect(isGatewayError(refused, 'UNAUTHENTICATED')).toBe(true);
});

it('ends with UNAUTHENTICATED when the key is revoked', async () => {
  const userId = await buyer();
  const changes = gateway.watchBalance(userId);
  await next(changes);
  const waiting = next(changes).catch((error: unknown) => error);
  const admin = await running.as('adm_1', 'admin');
  await admin.mutate('revokeApiKey', { id: keyId }, 'apiKey { id }');

  expect(isGatewayError(await waiting, 'UNAUTHENTICATED')).toBe(true);
});
