// What the back end's package believes, by every type of event that the gateway sends, and how its receivers answer.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DeliveryRefused, subjectOf, verifyDelivery } from '@credits-gateway/server/deliveries';
import { deliveryListener, deliveryPlugin, deliveryRoute } from '@credits-gateway/server/receivers';
import Fastify from 'fastify';
import { EVENT_TYPES } from '../../src/deliveries/event-types';
import { newSecret, signedHeaders } from '../../src/deliveries/signature';
import { SCHEMAS } from '../deliveries/schemas';

const secret = newSecret();
const EXAMPLES = Object.entries(SCHEMAS).map(([type, { examples }]) => [type, examples[0]] as const);
const signed = (event: { id: string }, secrets = [secret], nowMs = Date.now()) => {
  const body = JSON.stringify(event);
  return { body, headers: signedHeaders({ id: event.id, body }, secrets, nowMs) };
};
const [, ping] = EXAMPLES.find(([type]) => type === 'test.ping') as (typeof EXAMPLES)[number];

it.each(EXAMPLES)('%s is believed, and counted with its subject', (type, event) => {
  const { headers, body } = signed(event);

  expect(verifyDelivery({ headers, body }, secret)).toEqual(event);
  expect(
    verifyDelivery({ headers: new Headers(headers), body: Buffer.from(body) }, [newSecret(), secret]),
  ).toEqual(event);
  expect(verifyDelivery({ headers, body }, `${newSecret()}, ${secret}`)).toEqual(event);

  const kind = (EVENT_TYPES as Record<string, { subject: string }>)[type]?.subject;
  const ids: Record<string, string> = {
    intent: event.data.intentId,
    hold: event.data.holdId,
    balance: event.userId,
    low: event.userId,
    attack: event.data.attackId,
    code: event.data.code,
  };
  expect(subjectOf(event)).toBe(kind === undefined ? null : `${kind} ${ids[kind]}`);
});

it.each<[string, (sent: ReturnType<typeof signed>) => Partial<ReturnType<typeof signed>>]>([
  ['another secret', () => signed(ping, [newSecret()])],
  ['a recording', () => signed(ping, [secret], Date.now() - 301_000)],
  ['a time to come', () => signed(ping, [secret], Date.now() + 302_000)],
  ['another body', ({ body }) => ({ body: body.replace('evt_', 'evt-') })],
  ['another id', ({ headers }) => ({ headers: { ...headers, 'webhook-id': 'evt_1' } })],
  ['no signature', ({ headers }) => ({ headers: { ...headers, 'webhook-signature': '' } })],
  ['half a signature', ({ headers }) => ({ headers: { ...headers, 'webhook-signature': 'v1,AAAA' } })],
  ['no time', ({ headers }) => ({ headers: { ...headers, 'webhook-timestamp': 'now' } })],
])('%s is refused', (_, forged) => {
  const sent = signed(ping);

  expect(() => verifyDelivery({ ...sent, ...forged(sent) }, secret)).toThrow(DeliveryRefused);
});

it('a secret that is none is a mistake of the product, not of the sender', () => {
  expect(() => verifyDelivery(signed(ping), '')).toThrow(TypeError);
  expect(() => verifyDelivery(signed(ping), 'whsec_')).toThrow(TypeError);
});

describe('receivers', () => {
  const taken: unknown[] = [];
  const errors: unknown[] = [];
  let fails = false;
  const options = {
    secret,
    handle: (event: unknown) => {
      if (fails) throw new Error('the database is down');
      taken.push(event);
    },
    onError: (error: unknown) => void errors.push(error),
  };
  beforeEach(() => {
    fails = false;
    taken.length = 0;
    errors.length = 0;
  });

  const node = http.createServer(deliveryListener(options));
  const fastify = Fastify();
  fastify.register(deliveryPlugin({ ...options, path: '/hooks' }));
  fastify.post('/other', async (request) => request.body);
  const urls = { node: '', fastify: '' };
  beforeAll(async () => {
    await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
    urls.node = `http://127.0.0.1:${(node.address() as AddressInfo).port}/hooks`;
    urls.fastify = `${await fastify.listen({ port: 0, host: '127.0.0.1' })}/hooks`;
  });
  afterAll(async () => {
    node.close();
    await fastify.close();
  });

  type Post = (init: { body: string; headers: Record<string, string> }) => Promise<Response>;
  const json = (headers: Record<string, string>) => ({ 'content-type': 'application/json', ...headers });
  const overHttp =
    (name: keyof typeof urls): Post =>
    ({ body, headers }) =>
      fetch(urls[name], { method: 'POST', body, headers: json(headers) });
  const route = deliveryRoute(options);

  describe.each<[string, Post]>([
    ['node:http and express', overHttp('node')],
    ['fastify', overHttp('fastify')],
    [
      'Hono and Next',
      ({ body, headers }) =>
        route(new Request('http://shop/hooks', { method: 'POST', body, headers: json(headers) })),
    ],
  ])('of %s', (_, post) => {
    it('answers 204 to what was signed, whose bytes it reads as they came', async () => {
      // A body that JSON would write otherwise.
      const body = JSON.stringify(ping, null, 3).replaceAll('\n', '\r\n');
      const headers = signedHeaders({ id: ping.id, body }, [secret], Date.now());

      expect((await post({ body, headers })).status).toBe(204);
      expect(taken).toEqual([ping]);
    });

    it('answers 400 to a forgery, and hands nothing on', async () => {
      expect((await post(signed(ping, [newSecret()]))).status).toBe(400);
      expect((await post({ body: '{}', headers: {} })).status).toBe(400);
      expect(
        (await post({ ...signed(ping), body: 'x'.repeat(1024 * 1024 + 1) })).status,
      ).toBeGreaterThanOrEqual(400);
      expect(taken).toEqual([]);
    });

    it('answers 500 when the product cannot take it, so that it comes again', async () => {
      fails = true;

      expect((await post(signed(ping))).status).toBe(500);
      expect(errors).toMatchObject([{ message: 'the database is down' }]);
    });
  });

  it('leaves the other routes of a fastify their bodies', async () => {
    const response = await fetch(urls.fastify.replace('/hooks', '/other'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });

    expect(await response.json()).toEqual({ a: 1 });
  });
});

it('the documents and types of the package are made from the schema as it is (npm run schema writes them)', () => {
  const root = path.resolve(__dirname, '..', '..');
  const files = ['operations.ts', 'delivery-event.ts'].map((name) =>
    path.join(root, 'packages', 'server', 'src', name),
  );
  const before = files.map((file) => fs.readFileSync(file, 'utf8'));

  execFileSync(process.execPath, ['scripts/server-types.mjs'], { cwd: root });

  const after = files.map((file) => fs.readFileSync(file, 'utf8'));
  files.forEach((file, at) => void fs.writeFileSync(file, before[at] ?? ''));
  expect(after).toEqual(before);
});
