// The shop and the drop-in, as somebody who buys sees them.
import type { Page, WebSocketRoute } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';

const stand = useBrowser();

const buy = async (page: Page, credits = 120) => {
  await page.getByRole('button', { name: `Buy ${credits} credits` }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
};
const outcome = (page: Page, name: string) => page.locator(`[data-outcome=${name}]`).click();
const intentIn = async (page: Page) => (await page.locator('.id code').textContent()) ?? '';
const shopper = (userId: string) => async (page: Page) => {
  await page.addInitScript(`sessionStorage.setItem('credits-gateway:shopper', '${userId}')`);
};

it('sells credits: packages, pay, credits added, and the balance ticks', async () => {
  const page = await stand.open('/shop');
  await page.getByRole('button', { name: 'Buy 120 credits' }).waitFor();
  await shoot(page, 'shop');
  await buy(page);
  await shoot(page, 'shop-pay');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
  await page.locator('.balance b', { hasText: /^120$/ }).waitFor();
  await shoot(page, 'shop-succeeded');
});

it('lets the payer try again after a decline, and says when no further attempt is possible', async () => {
  const page = await stand.open('/shop', { before: shopper('user_2') });
  await buy(page);
  await outcome(page, 'decline');
  await page.getByText('You can try again.').waitFor();
  await outcome(page, 'insufficient_funds');
  await page.getByText('You can try again.').waitFor();
  await outcome(page, 'fail');
  await page.getByRole('button', { name: 'Back to the packages' }).waitFor();
  await page.getByRole('button', { name: 'Back to the packages' }).click();
  await buy(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Nothing was charged').waitFor();
});

it('waits for the gateway, says after 15 seconds that the page may be closed, and then shows the end', async () => {
  const page = await stand.open('/shop', { before: shopper('user_3') });
  await page.clock.install();
  await buy(page);
  // The first delivery is forged and refused; the true one comes two seconds later.
  await outcome(page, 'bad_signature');
  await page.locator('.busy', { hasText: 'Confirming the payment' }).waitFor();
  await page.clock.fastForward(16_000);
  await page.locator('.busy', { hasText: 'You may close this page' }).waitFor();
  await shoot(page, 'shop-slow');
  await page.getByText('120 credits added').waitFor();
});

it('finds the same purchase again after a reload, the back button and a double click', async () => {
  const page = await stand.open('/shop');
  await page.getByRole('button', { name: 'Buy 50 credits' }).dblclick();
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
  const id = await intentIn(page);
  await page.reload();
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
  expect(await intentIn(page)).toBe(id);
  await page.goto('/explorer');
  await page.goBack();
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
  expect(await intentIn(page)).toBe(id);
  const payer = await stand.gateway.as('user_1');
  const open = await payer.query(
    '{ intents(filter: {status: [pending], packageId: ["small"]}) { totalCount } }',
  );
  expect(open.data.intents.totalCount).toBe(1);
});

it('goes on from its cursor when the socket is cut in the middle of a payment', async () => {
  let isCut = false;
  const open = new Set<WebSocketRoute>();
  const page = await stand.open('/shop', {
    before: async (page) => {
      await shopper('user_2')(page);
      await page.routeWebSocket(/\/graphql$/, (socket) => {
        if (isCut) return void socket.close({ code: 4900 });
        open.add(socket);
        socket.connectToServer();
      });
    },
  });
  await buy(page);
  const id = await intentIn(page);
  isCut = true;
  for (const socket of open) await socket.close({ code: 4900 });
  await page.getByText('Reconnecting').waitFor();
  const payer = await stand.gateway.as('user_2');
  await payer.mutate('simulatePayment', { id, outcome: 'decline' }, 'intent { status }');
  await payer.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  isCut = false;
  await page.getByText('120 credits added').waitFor({ timeout: 15_000 });
});

it('sells by the drop-in element too, which tells its page', async () => {
  const page = await stand.open('/shop', { before: shopper('user_3') });
  await page.getByRole('button', { name: 'HTML element' }).click();
  const heard = page.evaluate(
    "new Promise((heard) => document.addEventListener('credits:succeeded', (event) => heard(event.detail.creditsAdded)))",
  );
  await page.getByRole('button', { name: 'Buy 300 credits' }).click();
  await shoot(page, 'shop-element');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('300 credits added').waitFor();
  expect(await heard).toBe(300);
});

it.each(['light', 'dark'] as const)('has no serious accessibility finding, %s', async (scheme) => {
  const page = await stand.open('/shop', { scheme, before: shopper(`user_${scheme === 'dark' ? 2 : 3}`) });
  await page.getByRole('button', { name: 'Buy 600 credits' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await buy(page, 600);
  expect(await seriousFindings(page)).toEqual([]);
  if (scheme === 'dark') await shoot(page, 'shop-dark');
  await outcome(page, 'fail');
  await page.getByRole('button', { name: 'Back to the packages' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'HTML element' }).click();
  await page.getByRole('button', { name: 'Buy 600 credits' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});
