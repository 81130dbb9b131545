// The hooks and the payment sheet in a product's own page, under React's strict mode, against a gateway of another origin.
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { useBrowser } from './browser';

const ROOT = path.resolve(__dirname, '..', '..');

const PAGE = `
  import { createElement as h, StrictMode } from 'react';
  import { createRoot } from 'react-dom/client';
  import { GatewayProvider, PaymentSheet, useBalance, usePackages, usePurchase } from '@credits-gateway/react';
  const token = async () => (await (await fetch('/token', { method: 'POST' })).json()).token;
  const url = location.hash.slice(1);
  function Buy() {
    const purchase = usePurchase();
    const { packages } = usePackages();
    const { balance, live } = useBalance();
    const { phase, checkout } = purchase;
    return h('main', null,
      h('output', null, [phase, balance?.credits, live].join(' ')),
      phase === 'choose' && packages?.map((item) =>
        h('button', { key: item.id, onClick: () => checkout.buy(item.id) }, 'Buy ' + item.credits)),
      h(PaymentSheet, { purchase, className: 'sheet' }, 'Pay now'));
  }
  createRoot(document.getElementById('root')).render(
    h(StrictMode, null, h(GatewayProvider, { url, token }, h(Buy))));`;

/** The page's script, as the product's own build makes it. */
function built(): string {
  const build = `
    import { build, defaultClientConditions } from 'vite';
    const id = ${JSON.stringify(path.join(ROOT, 'page.js'))};
    const entry = { name: 'entry', resolveId: (source) => source === id ? id : null,
      load: (source) => source === id ? ${JSON.stringify(PAGE)} : null };
    const built = await build({ root: ${JSON.stringify(ROOT)}, configFile: false, logLevel: 'error', plugins: [entry],
      define: { 'process.env.NODE_ENV': '"development"' },
      resolve: { conditions: ['credits-gateway-source', ...defaultClientConditions] },
      build: { write: false, minify: false, lib: { entry: id, formats: ['es'] },
        rollupOptions: { output: { codeSplitting: false } } } });
    process.stdout.write([built].flat()[0].output[0].code);`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', build], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
}

let script = '';
const shop = http.createServer((request, response) => void answer(request, response));
let origin = '';

const stand = useBrowser(async () => {
  script = built();
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  stand.friends.add(new URL(origin).host);
  return { ALLOWED_ORIGINS: origin };
});
afterAll(() => void shop.close());

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  if (request.url === '/token') {
    const headers = { 'content-type': 'application/json' };
    const body = '{"userId":"ada"}';
    const issued = await fetch(`${stand.gateway.url}/dev/token`, { method: 'POST', headers, body });
    response.writeHead(200, headers).end(await issued.text());
  } else if (request.url === '/page.js')
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  else
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(
        '<!doctype html><title>P</title><div id="root"></div><script type="module" src="/page.js"></script>',
      );
}

it('sells by hooks and the payment sheet: a decline is told, the next attempt succeeds, and the balance ticks', async () => {
  const page = await stand.open(`${origin}/#${stand.gateway.url}`);
  const said = page.locator('output');
  await said.filter({ hasText: 'choose 0 true' }).waitFor();
  await page.getByRole('button', { name: 'Buy 120' }).click();

  const outcomes = page.getByLabel('What the simulated bank does');
  await outcomes.selectOption('decline');
  await page.getByRole('button', { name: 'Pay now' }).click();
  await page.getByRole('alert').waitFor();
  expect(await outcomes.count()).toBe(1);
  await page.getByRole('button', { name: 'Pay now' }).click();

  await said.filter({ hasText: 'succeeded 120 true' }).waitFor();
  expect(await page.locator('.sheet').count()).toBe(0);
});

it('finds the purchase again after a reload, with its sheet drawn once', async () => {
  const page = await stand.open(`${origin}/#${stand.gateway.url}`);
  await page.getByRole('button', { name: 'Buy 50' }).click();
  await page.getByRole('button', { name: 'Pay now' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Pay now' }).click();
  await page.locator('output', { hasText: 'succeeded 170' }).waitFor();
});
