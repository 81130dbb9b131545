// All by keyboard: the palette goes to screens, presses the buttons of the open one, and finds payments and users.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot } from './browser';
import { as, heading, useConsole } from './console-stand';

const stand = useConsole();

const asked = (page: Page) => page.getByRole('combobox', { name: 'What to do' });
const options = (page: Page) =>
  page.getByRole('listbox', { name: 'What can be done' }).getByRole('option').allTextContents();
const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.id');
async function ask(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await asked(page).waitFor();
  await page.keyboard.type(text);
}

it('goes to a screen by two letters, and gives the focus back to where it was on Escape', async () => {
  const page = await stand.open('/console', { before: as('support') });
  await page.getByLabel('Search').focus();
  await ask(page, 'web ev');
  expect(await focused(page)).toBe('What to do');
  const named = await asked(page).getAttribute('aria-activedescendant');
  expect(await page.locator(`[id="${named}"]`).textContent()).toContain('Webhook events');
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await asked(page).waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('Search');
  await ask(page, 'web ev');
  await page.keyboard.press('Enter');
  await heading(page, 'Webhook events');
  expect(await focused(page)).toBe('screen');
});

it('offers what the role may read, and finds a payment and a user by their ids', async () => {
  const page = await stand.open('/console', { before: as('support') });
  await heading(page, 'Overview');
  await ask(page, '');
  const offered = (await options(page)).join();
  expect(offered).toContain('Payments');
  expect(offered).not.toContain('Month end');
  await page.keyboard.type(stand.made.paid.toUpperCase());
  await page.keyboard.press('Enter');
  await heading(page, /^₹/);
  expect(new URL(page.url()).pathname).toBe(`/console/payments/${stand.made.paid}`);
  await ask(page, 'asha');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await heading(page, 'asha');
});

it('presses the button of the open payment, which asks as it always does', async () => {
  const page = await stand.open(`/console/payments/${stand.made.paid}`, { before: as('finance') });
  await page.getByRole('region', { name: 'Timeline' }).waitFor();
  await ask(page, 'refund');
  expect((await options(page))[0]).toBe('Here Refund');
  await shoot(page, 'console-palette');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByLabel('Amount in INR').waitFor();
});
