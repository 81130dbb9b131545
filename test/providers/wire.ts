// A provider's server whose every answer a test decides, down to how the connection breaks, and the adapters that talk
// to it through their real SDKs.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AdapterSettings } from '../../src/providers/descriptor';
import type { CreateIntentRequest } from '../../src/providers/provider';
import { createRazorpayProvider } from '../../src/providers/razorpay/client';
import { createStripeProvider } from '../../src/providers/stripe/client';
import type { Transport, WireRequest, WireResponse } from '../../src/providers/transport';

const FIXTURES = join(__dirname, '../fixtures');

export const fixtureNames = (folder: string) => readdirSync(join(FIXTURES, folder)).sort();
export const fixtureBytes = (path: string) => readFileSync(join(FIXTURES, path));
// What a provider sent, before anybody has looked at it.
export const fixture = (path: string): any => JSON.parse(fixtureBytes(path).toString('utf8'));

/** How a connection ends without an answer. */
export type Breakage = 'hang' | 'reset' | 'cut' | 'drip';
export type Answer = WireResponse | Breakage;

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): WireResponse =>
  raw(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
export const raw = (
  status: number,
  body: string,
  headers: Record<string, string> = { 'content-type': 'text/html' },
): WireResponse => ({ status, body, headers });

export interface Server {
  readonly url: string;
  readonly seen: WireRequest[];
  /** Connections that are still open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback and notes what it was asked. */
export async function startServer(answer: (request: WireRequest) => Answer): Promise<Server> {
  const seen: WireRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request: WireRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    seen.push(request);
    const answered = answer(request);
    if (answered === 'hang') return;
    if (answered === 'reset') return void incoming.socket.resetAndDestroy();
    if (answered === 'cut' || answered === 'drip') {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }).write('{"id":');
      if (answered === 'cut') return void setTimeout(() => outgoing.destroy(), 20);
      const drip = setInterval(() => outgoing.write(' '), 20);
      return void outgoing.on('close', () => clearInterval(drip));
    }
    outgoing.writeHead(answered.status, answered.headers).end(answered.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const stripeConfig = (apiBase: string, overrides: Partial<AdapterSettings> = {}): AdapterSettings => ({
  secretKey: 'sk_test_wire',
  publicKey: 'pk_test_wire',
  webhookSecrets: ['whsec_wire'],
  apiBase,
  ...overrides,
});
export const razorpayConfig = (
  apiBase: string,
  overrides: Partial<AdapterSettings> = {},
): AdapterSettings => ({
  publicKey: 'rzp_test_wire',
  secretKey: 'wire-secret',
  webhookSecrets: ['wire-webhook-secret'],
  apiBase,
  ...overrides,
});
export const stripeAt = (apiBase: string, transport?: Transport) =>
  createStripeProvider(stripeConfig(apiBase), transport);
export const razorpayAt = (apiBase: string, transport?: Transport) =>
  createRazorpayProvider(razorpayConfig(apiBase), transport);

export const OUR_INTENT_ID = 'int_01kan0v3v8g2h3x6q9m4t7c5w2';

export const createRequest = (overrides: Partial<CreateIntentRequest> = {}): CreateIntentRequest => ({
  ourIntentId: OUR_INTENT_ID,
  amount: { amountMinor: 2000n, currency: 'USD' },
  description: '100 credits',
  metadata: { package: 'starter' },
  ...overrides,
});

export const soon = { timeoutMs: 5_000 };
export const keyed = { ...soon, idempotencyKey: `${OUR_INTENT_ID}:create` };
