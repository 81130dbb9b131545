// The hooks as npm installs them into an empty folder: by both module systems, and on a server, against a gateway. How they
// behave in a browser the tests of the shop see, which is made of them.
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
  product = install(['client', 'react'], ['graphql-ws', 'graphql', 'react', 'react-dom', 'scheduler']);
  fs.symlinkSync(TYPES, path.join(product.folder, 'node_modules', '@types'));
  gateway = await startGateway({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await stopGateways();
  product.remove();
});

async function here(userId: string) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ userId });
  const response = await fetch(`${gateway.url}/dev/token`, { method: 'POST', headers, body });
  return { GATEWAY: gateway.url, TOKEN: ((await response.json()) as { token: string }).token };
}

it('is loaded by import and by require, with React as the product has it', () => {
  const use = 'console.log([typeof useBalance, typeof usePackages, typeof usePurchase].join())';
  const names = '{ useBalance, usePackages, usePurchase }';
  const three = 'function,function,function';
  expect(product.run('a.mjs', `import ${names} from '@credits-gateway/react'; ${use}`)).toBe(three);
  expect(product.run('a.cjs', `const ${names} = require('@credits-gateway/react'); ${use}`)).toBe(three);
  const { peerDependencies, dependencies } = JSON.parse(
    fs.readFileSync(path.join(product.folder, 'node_modules/@credits-gateway/react/package.json'), 'utf8'),
  );
  expect({ peerDependencies, dependencies: Object.keys(dependencies) }).toEqual({
    peerDependencies: { react: '>=18' },
    dependencies: ['@credits-gateway/client'],
  });
});

it('the example of its README compiles and renders', async () => {
  const example = exampleOf('react', 'tsx').replace('http://127.0.0.1:4000', gateway.url);
  const flags = [
    '--jsx',
    'react-jsx',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--types',
    'react',
  ];
  product.compile('example.tsx', example, [...flags, '--lib', 'es2023,dom']);
  fs.renameSync(path.join(product.folder, 'example.js'), path.join(product.folder, 'example.mjs'));
  const text = `
    import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    import { Credits } from './example.mjs';
    console.log('rendered' + renderToString(createElement(Credits, { userId: 'u', token: 't' })).trim());`;

  expect(product.run('run.mjs', text)).toBe('rendered');
});

const SERVER = `
  import { createElement as h, Suspense } from 'react';
  import { renderToPipeableStream, renderToString } from 'react-dom/server';
  import { PassThrough } from 'node:stream';
  import { text } from 'node:stream/consumers';
  import { GatewayProvider, useBalance, usePackages, usePurchase } from '@credits-gateway/react';
  const render = (component, options) => new Promise((resolve, reject) => {
    const { pipe } = renderToPipeableStream(h(GatewayProvider, options, h(Suspense, { fallback: 'wait' }, h(component))), {
      onAllReady: () => text(pipe(new PassThrough())).then((html) => resolve(html.replace(/<!--.*?-->/g, ''))),
      onError: (error) => { reject(error); },
    });
  });
`;

it('renders on a server what is not known yet, and asks nothing', () => {
  const text = `${SERVER}
    const token = () => { throw new Error('it asked'); };
    function Buy() {
      const { balance, live } = useBalance();
      const { packages } = usePackages();
      const { phase } = usePurchase();
      return h('p', null, JSON.stringify([balance, live, packages, phase]));
    }
    console.log(await render(Buy, { url: 'http://127.0.0.1:1', token }));`;

  expect(product.run('start.mjs', text).replaceAll('&quot;', '"')).toBe('<p>[null,false,null,"choose"]</p>');
});

it('waits under Suspense, also on a server, until packages and the balance are there', async () => {
  const text = `${SERVER}
    function Buy() {
      const { packages } = usePackages({ currency: 'INR', suspense: true });
      const { balance } = useBalance({ suspense: true });
      return h('p', null, packages.map(({ credits }) => credits).join('/') + ' of ' + balance.credits);
    }
    const { GATEWAY: url, TOKEN } = process.env;
    console.log(await render(Buy, { url, token: () => TOKEN }));`;

  expect(product.run('suspense.mjs', text, await here('ada'))).toBe('<p>50/120/300/600 of 0</p>');
});

it('throws to the error boundary what Suspense waited for in vain', () => {
  const text = `${SERVER}
    const Buy = () => usePackages({ suspense: true }).packages.length;
    await render(Buy, { url: 'http://127.0.0.1:1', token: () => 't' }).catch(({ code }) => console.log(code));`;

  expect(product.run('vain.mjs', text)).toBe('UNREACHABLE');
});

it('says what is missing where there is no provider', () => {
  const text = `${SERVER}
    const Buy = () => usePurchase().phase;
    try { renderToString(h(Buy)); } catch (error) { console.log(error.message); }`;

  expect(product.run('alone.mjs', text)).toContain('GatewayProvider');
});
