// The browser's package as npm installs it into an empty folder: its files, its types, and purchases from Node against a gateway.
import fs from 'node:fs';
import path from 'node:path';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { exampleOf, type Installed, install } from './installed';

const TYPES = path.resolve(__dirname, '..', '..', 'node_modules', '@types');
const database = useDatabase();
let product: Installed;
let gateway: GatewayProcess;

beforeAll(async () => {
  product = install(['client'], ['graphql-ws', 'graphql', 'ws']);
  // As `npm install -D @types/node @types/ws` does.
  fs.symlinkSync(TYPES, path.join(product.folder, 'node_modules', '@types'));
  gateway = await startGateway({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await stopGateways();
  product.remove();
});

async function tokenOf(userId: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ userId });
  const response = await fetch(`${gateway.url}/dev/token`, { method: 'POST', headers, body });
  return ((await response.json()) as { token: string }).token;
}
const here = async (userId: string) => ({ GATEWAY: gateway.url, TOKEN: await tokenOf(userId) });

it('holds its code and types for both module systems, its README and its changes, and nothing else', () => {
  const files = product.files('client');
  expect(files.filter((file) => !/^dist\/(esm|cjs)\/.*(\.js|\.d\.ts)$/.test(file))).toEqual([
    'CHANGELOG.md',
    'README.md',
    'dist/cjs/package.json',
    'dist/esm/package.json',
    'package.json',
  ]);
  expect(files.filter((file) => /src|test/.test(file))).toEqual([]);
});

it('needs graphql-ws alone, and loads no other package', () => {
  const read = (file: string) => fs.readFileSync(path.join(product.folder, file), 'utf8');
  const own = 'node_modules/@credits-gateway/client';
  expect(JSON.parse(read(`${own}/package.json`)).dependencies).toEqual({ 'graphql-ws': expect.any(String) });
  const foreign = product
    .files('client')
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => [
      ...read(`${own}/${file}`).matchAll(/(?:from |import\(|require\()['"]([^.'"][^'"]*)/g),
    ]);
  expect(new Set(foreign.map(([, name]) => name))).toEqual(new Set(['graphql-ws/client']));
});

const NAMES = 'typeof createGateway + typeof createCheckout + sheets.stripe.type + typeof preload';

it('is loaded by import', () => {
  const text = `import { createCheckout, createGateway } from '@credits-gateway/client';
    import { preload, sheets } from '@credits-gateway/client/sheets';
    console.log(${NAMES});`;
  expect(product.run('a.mjs', text)).toBe('functionfunctionStripeConfirmfunction');
});

it('is loaded by require, where Node may not require ES modules', () => {
  const text = `const { createCheckout, createGateway } = require('@credits-gateway/client');
    const { preload, sheets } = require('@credits-gateway/client/sheets');
    console.log(${NAMES});`;
  expect(product.run('a.cjs', text)).toBe('functionfunctionStripeConfirmfunction');
});

it.each([
  ['node16', 'node16', 'a.mts', 'es2023'],
  ['node16', 'node16', 'a.cts', 'es2023'],
  ['nodenext', 'nodenext', 'a.mts', 'es2023,dom'],
  ['nodenext', 'nodenext', 'a.cts', 'es2023'],
  ['bundler', 'esnext', 'a.ts', 'es2023,dom'],
])('has its types under %s (%s, %s, %s)', (moduleResolution, module, name, lib) => {
  const use = `import { createCheckout, createGateway, isGatewayError, type Intent } from '@credits-gateway/client';
    import { sheets, type Sheet } from '@credits-gateway/client/sheets';
    const gateway = createGateway({ token: () => 't', sheets: { ...sheets } });
    gateway.packages('INR').then(([item]) => { const n: number = item.credits; return n; });
    gateway.watchIntent('i', { next: ({ intent }) => { const taken: Intent = intent; void taken; } });
    gateway.watchBalance({ next: ({ delta }) => { const n: number | null = delta; void n; } });
    // @ts-expect-error: what is bought has to be said
    gateway.createIntent({});
    const checkout = createCheckout({ gateway, storage: null });
    if (checkout.state.phase === 'pay' && checkout.state.intent?.nextAction?.__typename === 'StripeConfirm')
      checkout.state.intent.nextAction.clientSecret satisfies string;
    // @ts-expect-error: no such phase
    if (checkout.state.phase === 'paid') void 0;
    // @ts-expect-error: whose credits is asked of the token
    createCheckout({ url: 'https://pay.example.com' });
    const mine: Sheet = { ...sheets.mock, load: async () => ({ makeReady: async () => async () => null }) };
    export { isGatewayError, mine };`;
  const flags = ['--noEmit', '--module', module, '--moduleResolution', moduleResolution, '--lib', lib];
  product.compile(name, use, [...flags, '--types', 'node']);
});

it('the example of its README compiles and buys', async () => {
  const env = await here('reader');
  const example = exampleOf('client', 'ts').replace('http://127.0.0.1:4000', gateway.url);
  expect(example.split('\n').length).toBeLessThanOrEqual(12);
  product.compile('example.mts', example, ['--module', 'nodenext', '--types', 'node']);

  const printed = product.run('run.mjs', "await import('./example.mjs');", env).split('\n');

  expect(printed).toEqual(expect.arrayContaining(['50', 'succeeded']));
});

it('buys from Node: an intent, its end watched live, the balance live and asked for, and what was booked', async () => {
  const text = `
    import { createGateway } from '@credits-gateway/client';
    import WebSocket from 'ws';
    const { GATEWAY: url, TOKEN } = process.env;
    const gateway = createGateway({ url, token: async () => TOKEN, webSocket: WebSocket });
    const told = { statuses: [], balances: [] };
    const stop = gateway.watchBalance({ next: ({ balance }) => told.balances.push(balance.credits) });
    const { intent, replayed } = await gateway.createIntent({ packageId: 'medium', idempotencyKey: 'k' });
    const again = await gateway.createIntent({ packageId: 'medium', idempotencyKey: 'k' });
    await new Promise((ended, failed) => {
      gateway.watchIntent(intent.id, { next: ({ status }) => told.statuses.push(status), ended, failed });
      void gateway.simulatePayment({ id: intent.id, outcome: 'decline' }).then(() => gateway.simulatePayment({ id: intent.id }));
    });
    for (let n = 0; n < 100 && told.balances.at(-1) !== 120; n++) await new Promise((later) => setTimeout(later, 50));
    stop();
    const found = await gateway.intentBy({ idempotencyKey: 'k' });
    const { nodes, pageInfo } = await gateway.creditTransactions({ first: 1 });
    const refused = await gateway.createIntent({ packageId: 'none' }).catch(({ name, code }) => [name, code]);
    console.log(JSON.stringify({ ...told, replayed: [replayed, again.replayed], same: again.intent.id === intent.id,
      found: found.creditsAdded, balance: (await gateway.balance()).credits, booked: nodes[0].credits, more: pageInfo.hasNextPage, refused }));`;

  const told = JSON.parse(product.run('buy.mjs', text, await here('buyer')));

  expect(told).toMatchObject({
    replayed: [false, true],
    same: true,
    found: 120,
    balance: 120,
    booked: 120,
    more: false,
    refused: ['GatewayError', 'NOT_FOUND'],
  });
  expect([told.statuses[0], told.statuses.at(-1)]).toEqual(['pending', 'succeeded']);
  expect([told.balances[0], told.balances.at(-1)]).toEqual([0, 120]);
});

it('a checkout without a page goes through its phases, by require as well', async () => {
  const text = `
    const { createCheckout } = require('@credits-gateway/client');
    const { WebSocket } = require('ws');
    const { GATEWAY: url, TOKEN } = process.env;
    const checkout = createCheckout({ url, token: () => TOKEN, webSocket: WebSocket });
    const phases = [];
    checkout.subscribe(() => { if (phases.at(-1) !== checkout.state.phase) phases.push(checkout.state.phase); });
    (async () => {
      await checkout.load();
      await Promise.all([checkout.buy('small'), checkout.buy('small')]);
      await checkout.simulate('decline');
      const { decline } = checkout.state;
      await checkout.simulate('succeed');
      for (let n = 0; n < 100 && checkout.state.phase !== 'succeeded'; n++) await new Promise((later) => setTimeout(later, 50));
      console.log(JSON.stringify({ phases, decline, added: checkout.state.intent.creditsAdded }));
    })();`;

  const told = JSON.parse(product.run('checkout.cjs', text, await here('shopper')));

  expect(told).toMatchObject({ decline: expect.any(String), added: 50 });
  expect(told.phases).toEqual(['choose', 'creating', 'pay', 'waiting', 'pay', 'waiting', 'succeeded']);
});

it('says what is wrong: a gateway that is away, a token that is refused, and a Node without a WebSocket', async () => {
  const text = `
    import { createCheckout, createGateway, isGatewayError } from '@credits-gateway/client';
    delete globalThis.WebSocket;
    const codes = [];
    const note = (error) => codes.push(isGatewayError(error) ? error.code : error.message);
    const token = () => 'forged';
    await createGateway({ url: 'http://127.0.0.1:1', token }).balance().catch(note);
    const gateway = createGateway({ url: process.env.GATEWAY, token });
    await gateway.balance().catch(note);
    try { gateway.watchBalance({ next: () => {} }); } catch (error) { note(error); }
    const checkout = createCheckout({ url: 'http://127.0.0.1:1', token });
    await checkout.load();
    codes.push(checkout.state.trouble.code);
    console.log(JSON.stringify(codes));`;

  const codes = JSON.parse(product.run('wrong.mjs', text, await here('nobody')));

  expect(codes).toEqual([
    'UNREACHABLE',
    'UNAUTHENTICATED',
    'There is no WebSocket here: give createGateway { webSocket }.',
    'UNREACHABLE',
  ]);
});

it('pays by a payment sheet of the product, in place of the one that comes along', async () => {
  const text = `
    import { createCheckout } from '@credits-gateway/client';
    import { preload, sheets } from '@credits-gateway/client/sheets';
    import WebSocket from 'ws';
    const { GATEWAY: url, TOKEN } = process.env;
    const told = [];
    const mine = {
      ...sheets.mock,
      load: async () => ({
        preload: async () => void told.push('preloaded'),
        makeReady: async (at, action, checkout) => {
          told.push(at, action.outcomes.includes('succeed'));
          return async () => { await checkout.simulate('succeed'); return null; };
        },
      }),
    };
    await preload(mine);
    const checkout = createCheckout({ url, token: () => TOKEN, webSocket: WebSocket, sheets: { ...sheets, mock: mine } });
    await checkout.show('nowhere').catch((error) => told.push(error.message));
    await checkout.buy('small');
    const pay = await checkout.show('a place');
    told.push(await pay());
    for (let n = 0; n < 100 && checkout.state.phase !== 'succeeded'; n++) await new Promise((later) => setTimeout(later, 50));
    console.log(JSON.stringify([...told, checkout.state.phase]));`;

  const told = JSON.parse(product.run('sheet.mjs', text, await here('owner')));

  expect(told).toEqual(['preloaded', 'There is nothing to pay now.', 'a place', true, null, 'succeeded']);
});
