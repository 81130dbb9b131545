// The simulated providers as a program of their own, with Stripe's SDK pointed at it.
import { type ChildProcess, spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { eventually } from '../support/eventually';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const received: { url: string; signature: unknown }[] = [];
let receiver: http.Server;
let child: ChildProcess;
let url: string;

const post = async (path: string, body: object) => {
  const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, said: (await response.json()) as any };
};

beforeAll(async () => {
  receiver = http.createServer((request, response) => {
    received.push({ url: request.url ?? '', signature: request.headers['stripe-signature'] });
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const hooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  child = spawn(process.execPath, ['dist/src/cli/cli.js', 'simulator', '--port', '0', '--webhooks', hooks], {
    env: { PATH: process.env.PATH, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
    child.stdout?.on('data', (chunk) => {
      const found = /Razorpay at (http:\S+)/.exec(String(chunk))?.[1];
      if (found) resolve(found);
    });
  });
});

afterAll(async () => {
  child.kill('SIGINT');
  await new Promise((resolve) => child.once('exit', resolve));
  receiver.close();
});

it("lets Stripe's SDK make an intent, plays its payment and sends the signed event", async () => {
  const { hostname, port } = new URL(url);
  const stripe = new Stripe('sk_test_anything', { host: hostname, port: Number(port), protocol: 'http' });
  const { id } = await stripe.paymentIntents.create({ amount: 5000, currency: 'inr' });

  expect((await post('/simulator/play', { id, outcome: 'succeed' })).status).toBe(200);

  expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
  await eventually(() => expect(received).not.toHaveLength(0));
  expect(received[0]).toEqual({ url: '/hooks/stripe', signature: expect.stringMatching(/^t=\d+,v1=/) });
});

it("moves the providers' clock", async () => {
  const before = (await post('/simulator/clock', { advanceMs: 0 })).said.offsetMs;

  expect((await post('/simulator/clock', { advanceMs: 86_400_000 })).said).toEqual({
    offsetMs: before + 86_400_000,
  });
});

it('forgets its idempotency keys when it is told to: the same request acts again', async () => {
  const { hostname, port } = new URL(url);
  const stripe = new Stripe('sk_test_anything', { host: hostname, port: Number(port), protocol: 'http' });
  const create = () =>
    stripe.paymentIntents.create({ amount: 5000, currency: 'inr' }, { idempotencyKey: 'forgotten-1' });
  const first = await create();
  expect((await create()).id).toBe(first.id);

  expect((await post('/simulator/forget-keys', {})).status).toBe(200);

  expect((await create()).id).not.toBe(first.id);
});

it.each([
  ['/simulator/play', { id: 'pi_none', outcome: 'succeed' }, 409, /has no object pi_none/],
  ['/simulator/play', { id: 'pi_none', outcome: 'win' }, 400, /one of succeed, decline/],
  ['/simulator/play', {}, 400, /pi_….*order_…/],
  ['/simulator/clock', { advanceMs: -1 }, 400, /whole number/],
])('%s with %j says what is wrong', async (path, body, status, words) => {
  const { status: told, said } = await post(path, body);

  expect([told, said.error]).toEqual([status, expect.stringMatching(words)]);
});
