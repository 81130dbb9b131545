// What a row, a number and a button of the console say is so: what became of a payment later, what waits for whom, what buyers will
// pay; and what is seen when a screen fails.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot } from './browser';
import { as, heading, useConsole } from './console-stand';

const stand = useConsole();

/** A purchase that went through, and what is played on it afterwards. */
async function bought(userId: string, packageId: string, ...outcomes: string[]): Promise<string> {
  const payer = await stand.gateway.as(userId);
  const input = { packageId, provider: 'stripe', idempotencyKey: `${userId}-1` };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  for (const outcome of ['succeed', ...outcomes])
    await payer.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
  return intent.id;
}
const rowOf = (page: Page, user: string) => page.locator('.rows tbody tr').filter({ hasText: user });
const needed = (page: Page) => page.getByRole('region', { name: 'Needs a person' });

it('says of each payment what became of it, finds those, and sorts them by what they are worth', async () => {
  const finance = await stand.gateway.as('finn', 'finance');
  const id = await bought('refa', 'xlarge');
  const part = { intentId: id, amountMinor: '1000', reason: 'Half of it', idempotencyKey: 'part' };
  expect((await finance.mutate('refundIntent', part, 'refund { id }')).errors).toEqual([]);
  await bought('refb', 'large', 'dispute_open');

  const page = await stand.open('/console/payments', { before: as('finance') });
  await rowOf(page, 'refa').getByText('partly refunded').waitFor();
  await rowOf(page, 'refb').getByText('disputed').waitFor();
  await shoot(page, 'console-payments-truth');
  expect(await seriousFindings(page)).toEqual([]);
  await page.goto(`${stand.gateway.url}/console/payments?refunded=yes`);
  await rowOf(page, 'refa').waitFor();
  expect(await page.locator('.rows tbody tr').count()).toBe(1);
  await page.goto(`${stand.gateway.url}/console/payments?order=amount`);
  await page.locator('.rows tbody tr').first().waitFor();
  const [first = ''] = await page.locator('.rows tbody tr b.amount').allTextContents();
  const all = (await page.locator('.rows tbody tr b.amount').allTextContents()).map((text) =>
    Number(text.replace(/[^\d.]/g, '')),
  );
  expect(Number(first.replace(/[^\d.]/g, ''))).toBe(Math.max(...all));
  const align = "getComputedStyle(document.querySelector('.rows tbody td')).textAlign";
  expect(await page.evaluate(align)).toMatch(/right|end/);
});

it('counts everything that waits, each number as the list to which it leads, and an approval only for who may decide it', async () => {
  await bought('refc', 'small', 'dispute_open');
  const finance = await stand.gateway.as('finn', 'finance');
  const large = { userId: 'asha', credits: 450, reason: 'A large one', idempotencyKey: 'large-1' };
  await finance.mutate('adjustCredits', large, 'balance { available }');

  const page = await stand.open('/console', { before: as('admin') });
  await needed(page).getByText('approval that you may decide').waitFor();
  const disputes = needed(page).getByRole('link', { name: /disputes? to answer/ });
  const count = Number(await disputes.locator('b').textContent());
  await shoot(page, 'console-needs-a-person');
  await disputes.click();
  await heading(page, 'Disputes');
  await page.locator('.rows tbody tr').first().waitFor();
  expect(await page.locator('.rows tbody tr').count()).toBe(count);

  const asker = await stand.open('/console', { before: as('finance') });
  await needed(asker)
    .getByRole('link', { name: /disputes? to answer/ })
    .waitFor();
  expect(await needed(asker).getByText('that you may decide').count()).toBe(0);
});

it('changes a price in major units, says old and new, and saves no price that nobody has looked at', async () => {
  const page = await stand.open('/console/packages', { before: as('admin') });
  const row = page.locator('.rows tbody tr').filter({ hasText: '120' }).first();
  await row.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  const price = dialog.getByLabel('Price in INR');
  expect(await price.inputValue()).toBe('100.00');
  await price.fill('1');
  await dialog.getByText('A buyer in INR pays 100.00 → 1 for 120 credits.').waitFor();
  await dialog.getByRole('button', { name: 'Remove USD' }).click();
  await dialog.getByText(/Who pays in USD cannot buy it any more/).waitFor();
  await shoot(page, 'console-package-prices');
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('alert')
    .filter({ hasText: 'Tick that you have checked what buyers pay.' })
    .waitFor();
  await price.fill('99.999');
  await dialog.getByLabel('I have checked what buyers pay').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'Write the price in INR as 100.00.' }).waitFor();
  await price.fill('110.50');
  expect(await dialog.getByLabel('I have checked what buyers pay').isChecked()).toBe(false);
  await dialog.getByLabel('I have checked what buyers pay').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const payer = await stand.gateway.as('asha');
  const { data } = await payer.query('{ packages { id prices { amountMinor currency } } }');
  const medium = data.packages.find(({ id }: { id: string }) => id === 'medium');
  expect(medium.prices).toEqual([{ amountMinor: '11050', currency: 'INR' }]);
});

it('says that the gateway failed when it answered, and not that there is no connection', async () => {
  const page = await stand.open('/console/refunds', {
    before: async (page) => {
      await as('admin')(page);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('refunds(')
          ? route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' })
          : route.fallback(),
      );
    },
  });
  await page.getByRole('alert').filter({ hasText: 'The gateway answered 502.' }).waitFor();
  expect(await page.getByText('No connection').count()).toBe(0);
});

it('reloads a tab that is older than the last deployment, and shows a way on where that does not help', async () => {
  let isGone = true;
  let loads = 0;
  const page = await stand.open('/console', {
    before: async (page) => {
      await as('admin')(page);
      page.on('domcontentloaded', () => {
        loads += 1;
      });
      await page.route(/\/assets\/keys-.*\.js$/, (route) =>
        isGone ? route.fulfill({ status: 404, body: '' }) : route.fallback(),
      );
    },
  });
  await heading(page, 'Overview');
  await page.getByRole('link', { name: 'API keys' }).click();
  // The reload found the file gone as well, and another one would not help.
  await page.getByRole('alert').filter({ hasText: 'This screen failed' }).waitFor();
  expect(loads).toBe(2);
  isGone = false;
  await page.getByRole('link', { name: 'Packages' }).click();
  await heading(page, 'Packages');
  await page.reload();
  await page.getByRole('link', { name: 'API keys' }).click();
  await heading(page, 'API keys');
});

it('names the tab by its screen, and leads past the menu by the first key', async () => {
  const page = await stand.open('/console/webhooks', { before: as('admin') });
  await heading(page, 'Webhook events');
  expect(await page.title()).toBe('Webhook events · Credits gateway');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the screen' });
  expect(await skip.evaluate('document.activeElement.textContent')).toBe('Skip to the screen');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const inside = "document.querySelector('#screen').contains(document.activeElement)";
  expect(await page.evaluate(inside)).toBe(true);
});

it('says once on each screen of which zone its times are, and keeps another one that is chosen', async () => {
  const page = await stand.open(`/console/payments/${stand.made.paid}`, {
    before: as('admin'),
    zone: 'Europe/Berlin',
  });
  await page.getByText('Times are of Europe/Berlin.').waitFor();
  const written = () => page.locator('.facts time').first().textContent();
  const own = await written();
  await page.getByRole('button', { name: 'Show UTC' }).click();
  await page.getByText('Times are of UTC.').waitFor();
  await page.locator('.facts time').first().waitFor();
  expect(await written()).not.toBe(own);
  await page.goto(`${stand.gateway.url}/console/payments`);
  await page.getByText('Times are of UTC.').waitFor();
});

it.each([
  ['a number of ours in capitals', (id: string) => id.toUpperCase(), /\/console\/payments\/int_/],
  ['the end of a number of ours', (id: string) => id.slice(-8).toUpperCase(), /\/console\/payments\?search=/],
  ['an amount', () => '₹200.00', /\/console\/payments\?amount=/],
  ["a provider's event", () => 'evt_1', /\/console\/webhooks\?search=evt_1/],
])('finds by %s', async (_, typed, place) => {
  const page = await stand.open('/console/audit', { before: as('admin') });
  await heading(page, 'Audit log');
  await page.keyboard.press('/');
  await page.keyboard.type(typed(stand.made.paid));
  await page.keyboard.press('Enter');
  await page.waitForURL(place);
  if (!/amount|payments\\\?search/.test(place.source)) return;
  await page.locator('.rows tbody tr').first().waitFor();
  if (/search/.test(place.source)) return;
  const amounts = await page.locator('.rows tbody b.amount').allTextContents();
  expect(new Set(amounts)).toEqual(new Set(['₹200.00']));
});

it('says what is left when more than that is to be refunded', async () => {
  const id = await bought('refd', 'small');
  const page = await stand.open(`/console/payments/${id}`, { before: as('finance') });
  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Amount in INR').fill('50.01');
  await dialog.getByText('₹50.00 is left of what was paid: more than that cannot go back.').waitFor();
});
