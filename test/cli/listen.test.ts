// listen as a process of its own, between senders and receivers that are real sockets; at last between the simulator and a gateway
// in test mode that share one set of secrets.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Stripe from 'stripe';
import { createLines } from '../../src/cli/listen-lines';
import { stripe } from '../../src/providers/stripe/descriptor';
import { handMade, nowSeconds } from '../journeys/tokens';
import { Client } from '../support/client';
import { onServer, urlOf } from '../support/database';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';

const ROOT = path.resolve(__dirname, '..', '..');
const children: ChildProcess[] = [];
const servers: http.Server[] = [];
afterEach(async () => {
  await Promise.all(
    children.splice(0).map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null) return child.exitCode;
      child.kill('SIGINT');
      return gone;
    }),
  );
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(stopGateways);

/** A command of the CLI that goes on. @returns its lines as they come, once one of them matches */
async function start(args: string[], isReady: RegExp, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['dist/src/cli/cli.js', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said.text += chunk;
    });
  await eventually(
    () => said.text,
    (text) => isReady.test(text) || child.exitCode !== null,
  );
  return said;
}

async function listening(forwardTo: string, more: string[] = [], env: Record<string, string> = {}) {
  const args = ['listen', '--json', '--port', '0', '--forward-to', forwardTo, ...more];
  const said = await start(args, /"event":"listening".*\n/, env);
  const lines = () =>
    said.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return { url: lines()[0].url as string, facts: lines()[0], lines };
}

interface Received {
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A receiver that answers as it is told. */
async function receiver(answer: () => { status: number; text: string }, port = 0) {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url ?? '', rawHeaders: request.rawHeaders, body: Buffer.concat(chunks) });
    const { status, text } = answer();
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  servers.push(server);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, port: taken, received };
}

const OK = () => ({ status: 200, text: '{"received":true}' });
// Spaces, an escape and a letter of two bytes: whoever parses and prints it again changes it.
const BODY = '{ "id":"evt_1" ,"type":"payment_intent.succeeded","note":"\\u20b9 and é" }';

const send = async (url: string, headers: Record<string, string> = {}, body = BODY) => {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, text: await response.text() };
};

it('hands an event on byte for byte with its headers, gives the answer back, and shows both', async () => {
  const gateway = await receiver(OK);
  const { url, lines } = await listening(`${gateway.url}/webhooks`);

  const answer = await send(`${url}/stripe`, { 'Stripe-Signature': 't=1,v1=abc', 'X-Odd': 'a  b' });

  expect(answer).toEqual({ status: 200, text: '{"received":true}' });
  const [got] = gateway.received;
  expect(got?.path).toBe('/webhooks/stripe');
  expect(got?.body.toString()).toBe(BODY);
  const headers = Object.fromEntries(
    got?.rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [[name.toLowerCase(), got.rawHeaders[at + 1]]] : [],
    ) ?? [],
  );
  expect(headers).toMatchObject({
    'stripe-signature': 't=1,v1=abc',
    'x-odd': 'a  b',
    'content-type': 'application/json',
    host: new URL(gateway.url).host,
  });
  expect(lines().at(-1)).toEqual({
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    event: 'forwarded',
    from: 'stripe',
    type: 'payment_intent.succeeded',
    id: 'evt_1',
    time: 1,
    status: 200,
    error: null,
    ms: expect.any(Number),
    againInMs: null,
  });
  await send(`${url}/stripe`);
  expect(lines().at(-1)).toMatchObject({ id: 'evt_1', time: 2 });
});

it('names an event of Razorpay by its header, and takes the path that a dashboard was told before', async () => {
  const gateway = await receiver(OK);
  const { url, lines } = await listening(`${gateway.url}/webhooks`);

  await send(`${url}/webhooks/razorpay`, { 'x-razorpay-event-id': 'Qx1' }, '{"event":"payment.captured"}');

  expect(gateway.received[0]?.path).toBe('/webhooks/razorpay');
  expect(lines().at(-1)).toMatchObject({ from: 'razorpay', type: 'payment.captured', id: 'Qx1' });
});

it('waits for a gateway that is being started again, and shows each try', async () => {
  const { port } = await receiver(OK);
  servers.splice(0).forEach((server) => {
    server.close();
  });
  const { url, lines } = await listening(`http://127.0.0.1:${port}/webhooks`);
  const answered = send(`${url}/stripe`);
  await eventually(lines, (seen) => seen.some(({ event }) => event === 'retrying'));
  const gateway = await receiver(OK, port);

  expect((await answered).status).toBe(200);
  expect(gateway.received.length).toBe(1);
  const tries = lines().slice(1);
  expect(tries[0]).toMatchObject({ event: 'retrying', status: null, error: 'ECONNREFUSED', againInMs: 250 });
  expect(tries.at(-1)).toMatchObject({ event: 'forwarded', status: 200 });
});

it('tells the sender 502 when no gateway answers, within the 5 s that Razorpay waits', async () => {
  const { port } = await receiver(OK);
  servers.splice(0).forEach((server) => {
    server.close();
  });
  const { url, lines } = await listening(`http://127.0.0.1:${port}/webhooks`);
  const startedMs = performance.now();

  expect((await send(`${url}/stripe`)).status).toBe(502);

  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(lines().filter(({ event }) => event === 'retrying').length).toBe(4);
  expect(lines().at(-1)).toMatchObject({ event: 'forwarded', status: null, error: 'ECONNREFUSED' });
});

it("hands the gateway's deliveries to a back end, and what that answers back", async () => {
  const backEnd = await receiver(() => ({ status: 410, text: '{}' }));
  const { url, lines } = await listening('http://127.0.0.1:1/webhooks', [
    '--deliveries-to',
    `${backEnd.url}/hooks`,
  ]);

  const answer = await send(`${url}/deliveries`, { 'webhook-id': 'evd_1' }, '{"type":"credits.granted"}');

  expect(answer.status).toBe(410);
  expect(backEnd.received[0]?.path).toBe('/hooks');
  expect(lines().at(-1)).toMatchObject({
    from: 'deliveries',
    type: 'credits.granted',
    id: 'evd_1',
    status: 410,
  });
});

it('says what each provider has to be told, without a color where nobody sees one', async () => {
  const said = await start(['listen', '--port', '0'], /Ctrl-C/, { PORT: '4321' });

  const [, url] = /(http:\/\/127\.0\.0\.1:\d+)\/<provider>/.exec(said.text) ?? [];
  expect(said.text).toContain(`${url}/<provider>  ->  http://127.0.0.1:4321/webhooks/<provider>`);
  expect(said.text).toContain(
    `stripe listen --forward-to ${url}/stripe --events ${stripe.webhookEvents.join(',')}`,
  );
  expect(said.text).toContain('STRIPE_WEBHOOK_SECRET');
  expect(said.text).toContain('https://<your tunnel>/razorpay');
  expect(said.text).toContain('RAZORPAY_WEBHOOK_SECRET');
  expect(said.text).toContain('payment.dispute.action_required');
  await send(`${url}/nobody`);
  await send(`${url}/stripe`);
  expect(said.text).toMatch(/\d\d:\d\d:\d\d stripe {5}payment_intent\.succeeded +evt_1 +ECONNREFUSED/);
  expect(said.text).not.toContain('\x1b');
});

it('says how it is called, to whoever asks and to whoever calls it wrongly', async () => {
  const said = (args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) =>
      execFile(
        process.execPath,
        ['dist/src/cli/cli.js', 'listen', ...args],
        { cwd: ROOT, env: { PATH: process.env.PATH } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      ),
    );
  const usage = expect.stringMatching(
    /^Usage: npm run cli -- listen \[options\][\s\S]*--deliveries-to <url>/,
  );
  const wrong = [['--port', 'x'], ['--forward-to', 'ftp://a'], ['--loud']];
  expect(await Promise.all([['--help'], ...wrong].map(said))).toEqual([
    { code: 0, said: usage },
    ...wrong.map(() => ({ code: 2, said: usage })),
  ]);
});

it('uses colors for a person at a terminal who wants them, and never in JSON', () => {
  const shown = (isJson: boolean, isTTY: boolean) => {
    let text = '';
    const out = {
      isTTY,
      write: (more: string) => {
        text += more;
      },
    };
    const tried = {
      answer: { status: 200, contentType: '', body: Buffer.alloc(0) },
      error: null,
      ms: 3,
      againInMs: null,
    };
    createLines(isJson, out as never).tried({ from: 'stripe', type: 't', id: 'evt_1', time: 1 }, tried);
    return text;
  };
  expect(shown(false, true)).toContain('\x1b[32m200\x1b[0m 3 ms');
  for (const plain of [shown(false, false), shown(true, true)]) expect(plain).not.toContain('\x1b');
  process.env.NO_COLOR = '1';
  expect(shown(false, true)).not.toContain('\x1b');
  delete process.env.NO_COLOR;
});

it('says so when its port is taken', async () => {
  const { port } = await receiver(OK);
  const said = await start(['listen', '--port', String(port)], /--port/);
  expect(said.text).toContain(`Port ${port} is taken`);
});

describe('The simulator and a gateway in test mode that share a setting', () => {
  const SECRETS = {
    AUTH_JWT_SECRET: 'a-secret-of-this-test-that-is-long-enough-for-hs256',
    STRIPE_SECRET_KEY: 'sk_test_of_this_test',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_of_this_test',
    STRIPE_WEBHOOK_SECRET: 'whsec_of_this_test',
  };

  it('sell a package by events that listen brings, and a wrong secret is told', async () => {
    // A database that has been used in mock mode is refused in test mode.
    const ours = `test_${randomUUID().replaceAll('-', '')}`;
    await onServer(`create database ${ours}`);
    // One .env for both.
    const settings = { ...SECRETS, DATABASE_URL: urlOf(ours) };
    // The gateway's address is known when it runs, and it must know the simulator's: listen is told of a port that is taken later.
    const held = await receiver(OK);
    servers.splice(servers.length - 1).forEach((server) => {
      server.close();
    });
    const listen = await listening(`http://127.0.0.1:${held.port}/webhooks`);
    const simulator = await start(
      ['simulator', '--port', '0', '--webhooks', listen.url],
      /STRIPE_API_BASE=http:\S+/,
      settings,
    );
    const [, api = ''] = /STRIPE_API_BASE=(http:\S+)/.exec(simulator.text) ?? [];
    const gateway = await startGateway({
      ...settings,
      PORT: String(held.port),
      STRIPE_API_BASE: api,
    });
    const claims = { sub: 'user_1', exp: nowSeconds() + 600 };
    const token = handMade(claims, { alg: 'HS256' }, SECRETS.AUTH_JWT_SECRET);
    const user = new Client(gateway.url, token);
    const { intent, errors } = await user.mutate(
      'createIntent',
      { packageId: 'small', provider: 'stripe', idempotencyKey: 'listen-1' },
      'intent { id providerIntentId mock }',
    );
    expect(errors).toEqual([]);
    const { hostname, port } = new URL(api);
    const sdk = new Stripe(SECRETS.STRIPE_SECRET_KEY, {
      host: hostname,
      port: Number(port),
      protocol: 'http',
    });
    expect((await sdk.paymentIntents.retrieve(intent.providerIntentId)).status).toBe(
      'requires_payment_method',
    );
    await fetch(`${api}/simulator/play`, {
      method: 'POST',
      body: JSON.stringify({ id: intent.providerIntentId, outcome: 'succeed' }),
    });

    await eventually(
      async () => (await user.query('{ balance { credits } }')).data.balance.credits,
      (credits) => credits === 50,
    );
    const paid = await eventually(
      () => listen.lines().filter(({ type }) => type === 'payment_intent.succeeded'),
      (seen) => seen.length > 0,
    );
    expect(paid[0]).toMatchObject({ event: 'forwarded', from: 'stripe', status: 200 });

    const forged = await send(`${listen.url}/stripe`, { 'stripe-signature': 't=1,v1=00' });
    expect(forged.status).toBe(400);
    expect(listen.lines().at(-1)).toMatchObject({
      event: 'hint',
      text: expect.stringContaining('STRIPE_WEBHOOK_SECRET'),
    });
    expect((await send(`${listen.url}/razorpay`)).status).toBe(404);
    expect(listen.lines().at(-1)).toMatchObject({
      event: 'hint',
      text: expect.stringContaining('no keys of Razorpay'),
    });
  });
});
