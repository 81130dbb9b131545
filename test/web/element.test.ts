// The browser's packages on a page of another origin than the gateway's, as the gateway serves them to pages without a bundler,
// under a policy that lets nothing inline in.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { useBrowser } from './browser';

const pages = new Map<string, string>();
const shop = http.createServer((request, response) => void answer(request, response));
let origin = '';

const stand = useBrowser(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  stand.friends.add(new URL(origin).host);
  return { ALLOWED_ORIGINS: origin };
});
afterAll(() => void shop.close());

/** The product's server: its page, its script, and a token for whoever is signed in. */
async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { url = '/' } = request;
  if (url.startsWith('/token/')) {
    const body = JSON.stringify({ userId: url.slice('/token/'.length) });
    const headers = { 'content-type': 'application/json' };
    const issued = await fetch(`${stand.gateway.url}/dev/token`, { method: 'POST', headers, body });
    response.writeHead(200, headers).end(await issued.text());
    return;
  }
  const gateway = stand.gateway.url;
  const live = gateway.replace('http', 'ws');
  const policy = `default-src 'none'; script-src 'self' ${gateway}; connect-src 'self' ${gateway} ${live}`;
  const type = url.endsWith('.js') ? 'text/javascript' : 'text/html';
  response
    .writeHead(200, { 'content-type': type, 'content-security-policy': policy })
    .end(pages.get(url) ?? '<!doctype html>');
}

/** Opens a page of the product; `script` is a module of it. */
async function open(body: string, script: string): Promise<Page> {
  pages.set(
    '/',
    `<!doctype html><title>Product</title>${body}<script type="module" src="/page.js"></script>`,
  );
  pages.set('/page.js', script);
  return stand.open(`${origin}/`);
}
const tagFor = (userId: string, more = '') =>
  `<buy-credits endpoint="${stand.gateway.url}" token-provider="/token/${userId}" ${more}></buy-credits>`;

it('sells by the tag, styled without inline styles, and the page hears of the end', async () => {
  const page = await open(
    tagFor('ada', 'theme="dark"'),
    `import '${stand.gateway.url}/checkout/buy-credits.js';
     document.addEventListener('credits:succeeded', ({ detail }) => { document.title = detail.creditsAdded + ' here'; });`,
  );
  await page.getByRole('button', { name: 'Buy 120 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();

  expect(await page.title()).toBe('120 here');
  const style = await page.evaluate(
    "(({ borderRadius, colorScheme }) => ({ borderRadius, colorScheme }))(getComputedStyle(document.querySelector('buy-credits')))",
  );
  expect(style).toEqual({ borderRadius: '10px', colorScheme: 'dark' });
});

it('keeps what a page set before the browser knew the tag, and asks it for the token', async () => {
  const page = await open(
    `<buy-credits endpoint="${stand.gateway.url}"></buy-credits>`,
    `const tag = document.querySelector('buy-credits');
     tag.tokenProvider = async () => (await (await fetch('/token/bob', { method: 'POST' })).json()).token;
     await import('${stand.gateway.url}/checkout/buy-credits.js');`,
  );
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('50 credits added').waitFor();
  const bob = await stand.gateway.as('bob');
  expect((await bob.query('{ balance { credits } }')).data.balance.credits).toBe(50);
});

it('finds its purchase again when it is taken out of the page and put elsewhere', async () => {
  const page = await open(tagFor('cleo'), `import '${stand.gateway.url}/checkout/buy-credits.js';`);
  await page.getByRole('button', { name: 'Buy 300 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
  await page.evaluate(
    "document.body.append(document.createElement('main')); document.querySelector('main').append(document.querySelector('buy-credits'))",
  );
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('300 credits added').waitFor();
});

it('says that the user has to sign in again when the product gives no token', async () => {
  const page = await open(
    `<buy-credits endpoint="${stand.gateway.url}" token-provider="${stand.gateway.url}/nothing-here"></buy-credits>`,
    `import '${stand.gateway.url}/checkout/buy-credits.js';`,
  );
  await page.getByRole('alert').filter({ hasText: 'Sign in again' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});

it('draws the simulated bank by the client alone, and pays by what is chosen in it', async () => {
  const page = await open(
    '<div id="sheet"></div><button disabled>Pay</button><output></output>',
    `import { createCheckout } from '${stand.gateway.url}/checkout/client.js';
     const token = async () => (await (await fetch('/token/dora', { method: 'POST' })).json()).token;
     const checkout = createCheckout({ url: '${stand.gateway.url}', token });
     const output = document.querySelector('output');
     checkout.subscribe(() => { output.value = checkout.state.decline ? 'declined' : checkout.state.phase; });
     await checkout.buy('small');
     const pay = await checkout.show(document.querySelector('#sheet'));
     document.querySelector('button').addEventListener('click', pay);
     document.querySelector('button').disabled = false;`,
  );
  const said = page.locator('output');
  await page.getByLabel('What the simulated bank does').selectOption('decline');
  await page.getByRole('button', { name: 'Pay' }).click();
  await said.filter({ hasText: 'declined' }).waitFor();
  await page.getByLabel('What the simulated bank does').selectOption('succeed');
  await page.getByRole('button', { name: 'Pay' }).click();
  await said.filter({ hasText: 'succeeded' }).waitFor();
});
