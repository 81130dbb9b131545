// A process that is told to end says so first, serves on for a moment, tells whoever watches to come back, and ends.
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

const start = (drainSeconds: string) =>
  startGateway({ DATABASE_URL: database.url, DRAIN_SECONDS: drainSeconds });

/** A stream of server-sent events. @returns what came, when it has ended */
async function stream(gateway: GatewayProcess, token: string | null) {
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: 'subscription { balanceChanged { kind } }' }),
  });
  return response.text();
}

it('says that it ends, serves as before meanwhile, and ends well with streams open', async () => {
  const gateway = await start('2');
  const client = await gateway.as('watcher');
  const streamed = stream(gateway, client.token);
  const socket = client.subscribe('subscription { balanceChanged { kind } }');
  await socket.count(1);
  const toldMs = performance.now();
  const ended = gateway.stop('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  const served = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}` },
    body: JSON.stringify({ query: '{ balance { credits } }' }),
  });
  expect(served.headers.get('connection')).toBe('close');
  expect(await served.json()).toEqual({ data: { balance: { credits: 0 } } });
  expect(socket.errors).toEqual([]);

  expect(await ended).toBe(0);
  // Below the 9 s after which it is cut off.
  expect(performance.now() - toldMs).toBeLessThan(8_000);
  await socket.until(({ errors }) => errors.length > 0);
  expect(socket.errors).toMatchObject([{ code: 1001 }]);
  // The one of a stream that is complete would keep its client from coming back.
  expect(await streamed).toContain('"kind":"snapshot"');
  expect(await streamed).not.toContain('event: complete');
});

it('waits for nobody when a person at a terminal ends it', async () => {
  const gateway = await start('5');
  const client = await gateway.as('watcher');
  const streamed = stream(gateway, client.token);
  await client.subscribe('subscription { balanceChanged { kind } }').count(1);
  const toldMs = performance.now();

  expect(await gateway.stop('SIGINT')).toBe(0);
  expect(performance.now() - toldMs).toBeLessThan(5_000);
  await streamed;
});
