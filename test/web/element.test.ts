// The browser's packages on a page of another origin than the gateway's, as the gateway serves them to pages without a bundler,
// under a policy that lets nothing inline in.
import { useProduct } from './product';

const { stand, open, tagFor } = useProduct();

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
