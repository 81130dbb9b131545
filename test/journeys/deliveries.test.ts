// News for a product's back end, driven from outside: a gateway that runs as a process of its own, receivers on this
// machine, and the verifier that receivers have.
import fs from 'node:fs';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { closeReceivers, type Receiver, startReceiver } from '../deliveries/receiver';
import { faultsOf } from '../deliveries/schemas';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const TLS = path.join(__dirname, '..', 'deliveries', 'tls');
let users = 0;

afterEach(closeReceivers);
afterEach(stopGateways);

const start = (env: Record<string, string> = {}) => startGateway({ DATABASE_URL: database.url, ...env });

async function endpoint(gateway: GatewayProcess, url: string, events = ['*']) {
  const admin = await gateway.as('admin', 'admin');
  const { data } = await admin.query(
    `mutation ($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
       endpoint { id } secret errors { code message } } }`,
    { input: { url, events } },
  );
  const { endpoint: made, secret, errors } = data.createWebhookEndpoint;
  expect(errors).toEqual([]);
  return { id: made.id as string, secret: secret as string };
}

async function buy(
  gateway: GatewayProcess,
  outcome = 'succeed',
): Promise<{ client: Client; userId: string; id: string }> {
  const userId = `listener_${++users}`;
  const client = await gateway.as(userId);
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  const { id } = made.intent;
  await client.mutate('simulatePayment', { id, outcome }, 'intent { status }');
  return { client, userId, id };
}

const typesOf = (receiver: Receiver) => receiver.got.map(({ event }) => event.type).sort();

it('tells a back end of a purchase and of what is spent, signed, as the schemas say', async () => {
  const receiver = await startReceiver();
  const gateway = await start();
  const { secret } = await endpoint(gateway, receiver.url);

  const { client, userId, id } = await buy(gateway);
  await client.mutate(
    'spendCredits',
    { credits: 20, reason: 'A picture', idempotencyKey: 'p' },
    'balance { credits }',
  );
  const got = await receiver.until((all) => all.length === 3);

  for (const { body, headers, event } of got) {
    expect(new Webhook(secret).verify(body, headers)).toEqual(event);
    expect(faultsOf(event)).toEqual([]);
    expect(event.userId).toBe(userId);
  }
  expect(typesOf(receiver)).toEqual(['credits.granted', 'credits.spent', 'intent.succeeded']);
  const of = (type: string) => got.find(({ event }) => event.type === type)?.event;
  const { intent, balance } = (
    await client.query(
      'query ($id: ID!) { intent(id: $id) { version creditsTransactionId providerIntentId providerPaymentId } balance { version credits } }',
      { id },
    )
  ).data;
  expect(of('intent.succeeded')).toMatchObject({
    sequence: intent.version,
    data: {
      intentId: id,
      providerIntentId: intent.providerIntentId,
      providerPaymentId: intent.providerPaymentId,
    },
  });
  expect(of('credits.granted').data.transactionId).toBe(intent.creditsTransactionId);
  expect(of('credits.spent')).toMatchObject({
    sequence: balance.version,
    data: { credits: 20, balance: { credits: balance.credits } },
  });
});

it('tells of a failure and of the money that came late, in this order', async () => {
  const receiver = await startReceiver();
  const gateway = await start();
  await endpoint(gateway, receiver.url, ['intent.*']);

  const { id } = await buy(gateway, 'late_success');
  const got = await receiver.until((all) => all.length === 2, 30_000);

  expect(got.map(({ event }) => [event.type, event.data.intentId])).toEqual([
    ['intent.failed', id],
    ['intent.succeeded', id],
  ]);
  expect(got[0]!.event.sequence).toBeLessThan(got[1]!.event.sequence);
  expect(got.flatMap(({ event }) => faultsOf(event))).toEqual([]);
});

it('loses nothing when it is killed between a commit and the sending', async () => {
  const receiver = await startReceiver();
  // This one serves and sends nothing: what it commits is left for others.
  const first = await start({ ROLE: 'api' });
  await endpoint(first, receiver.url);
  const { id } = await buy(first);
  await first.kill();
  expect(receiver.got).toEqual([]);

  await start({ ROLE: 'worker' });
  const got = await receiver.until((all) => all.length === 2, 30_000);

  expect(typesOf(receiver)).toEqual(['credits.granted', 'intent.succeeded']);
  expect(got.find(({ event }) => event.type === 'intent.succeeded')?.event.data.intentId).toBe(id);
});

it('sends again what was on its way when it was killed', async () => {
  const receiver = await startReceiver();
  receiver.answer('hang');
  const first = await start();
  const { secret } = await endpoint(first, receiver.url, ['intent.*']);
  await buy(first);
  const [before] = await receiver.until((all) => all.length === 1);
  await first.kill();
  receiver.answer(200);
  // The lease runs out, sooner than it would by itself.
  await database.pool().query("update deliveries set due_at = clock_timestamp() where status = 'pending'");

  await start();
  const [, after] = await receiver.until((all) => all.length === 2, 30_000);

  expect(after!.headers['webhook-id']).toBe(before!.headers['webhook-id']);
  expect(after!.body).toBe(before!.body);
  expect(new Webhook(secret).verify(after!.body, after!.headers)).toBeTruthy();
});

it('shows an operator what was sent and sends it again, over TLS as well', async () => {
  const file = (name: string) => fs.readFileSync(path.join(TLS, name), 'utf8');
  const receiver = await startReceiver({ key: file('key.pem'), cert: file('cert.pem') });
  const gateway = await start({ NODE_EXTRA_CA_CERTS: path.join(TLS, 'cert.pem') });
  const { id: endpointId } = await endpoint(gateway, receiver.url.replace('127.0.0.1', 'localhost'), [
    'intent.succeeded',
  ]);
  await buy(gateway);
  await receiver.until((all) => all.length === 1);
  const support = await gateway.as('sup', 'support');
  const operation = fs.readFileSync(
    path.join(__dirname, '..', '..', 'schema', 'operations', 'deliveries.graphql'),
    'utf8',
  );
  const shown = async () =>
    (await support.query(operation, { filter: { endpointId } })).data.admin.deliveries.nodes[0];
  while ((await shown()).status !== 'delivered') await new Promise((resolve) => setTimeout(resolve, 50));

  const again = await support.query(
    'mutation ($input: ResendDeliveriesInput!) { resendDeliveries(input: $input) { matched queued errors { code } } }',
    { input: { select: { filter: { endpointId, status: ['delivered'] } } } },
  );
  const got = await receiver.until((all) => all.length === 2);
  while ((await shown()).status !== 'delivered') await new Promise((resolve) => setTimeout(resolve, 50));

  expect(again.data.resendDeliveries).toEqual({ matched: 1, queued: 1, errors: [] });
  expect(got[1]!.headers['webhook-id']).toBe(got[0]!.headers['webhook-id']);
  expect((await shown()).attempts).toMatchObject([
    { number: 1, succeeded: true },
    { number: 2, succeeded: true },
  ]);
});

it('stops in time although a receiver does not answer', async () => {
  const receiver = await startReceiver();
  receiver.answer('hang');
  const gateway = await start();
  await endpoint(gateway, receiver.url, ['intent.*']);
  await buy(gateway);
  await receiver.until((all) => all.length === 1);

  const startedMs = performance.now();
  expect(await gateway.stop()).toBe(0);

  expect(performance.now() - startedMs).toBeLessThan(9_000);
});
