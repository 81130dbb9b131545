// The explorer, as QA uses it.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';

const stand = useBrowser();

const open = async (scheme?: 'light' | 'dark') => {
  const page = await stand.open('/explorer', { scheme });
  // The editors and the schema are there.
  await page.waitForLoadState('networkidle');
  return page;
};
const run = (page: Page) => page.getByRole('button', { name: /Execute query/ }).click();
/** A click while the editors are still being set up runs nothing. */
const answered = async (page: Page, text: string) => {
  for (let tries = 0; tries < 5; tries++) {
    await run(page);
    const there = answer(page).getByText(text).first().waitFor({ timeout: 5_000 });
    if (
      await there.then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`No ${text} in the answer`);
};
const plugin = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`(Show|Hide) ${name}`) }).click();
/** Chosen, and in the editor; a click while the editors are being set up chooses nothing. */
const example = async (page: Page, name: string) => {
  const line = page
    .locator('.graphiql-query-editor .view-line', { hasText: name.replaceAll(' ', '') })
    .first();
  for (let tries = 0; tries < 5 && !(await line.isVisible()); tries++) {
    await page.getByRole('button', { name, exact: true }).click();
    await line.waitFor({ timeout: 5_000 }).catch(() => undefined);
  }
  await line.waitFor();
};
const answer = (page: Page) => page.locator('.graphiql-response');

it('runs an example as it is, as whoever is chosen', async () => {
  const page = await open();
  await example(page, 'Packages');
  await answered(page, 'savingsPercent');
  await shoot(page, 'explorer');
  await page.getByLabel('As').selectOption('support (sue)');
  await page.waitForLoadState('networkidle');
  await example(page, 'Viewer');
  await answered(page, '"support"');
});

it('shows every event of a subscription, while outcomes are played', async () => {
  const page = await open();
  await plugin(page, 'Play an outcome');
  await page.getByRole('button', { name: 'New intent' }).click();
  await page.getByRole('option', { name: /^pending/ }).waitFor({ state: 'attached' });
  await plugin(page, 'Examples');
  await example(page, 'Watch Intent');
  await page.locator('.graphiql-editor-tool .view-line', { hasText: 'int_' }).waitFor();
  await answered(page, 'snapshot');
  await plugin(page, 'Play an outcome');
  await page.getByRole('button', { name: 'decline', exact: true }).click();
  await page.getByRole('status').getByText('decline: pending').waitFor();
  await page.getByRole('button', { name: 'succeed', exact: true }).click();
  await answer(page).getByText('completed by the gateway').waitFor();
  await shoot(page, 'explorer-outcomes');
  await plugin(page, 'Event log');
  await page.locator('.events li', { hasText: 'completed by the gateway' }).waitFor();
  expect(await page.locator('.events li').count()).toBeGreaterThanOrEqual(4);
  await shoot(page, 'explorer-events');
});

it.each(['light', 'dark'] as const)('has no serious accessibility finding, %s', async (scheme) => {
  const page = await open(scheme);
  await example(page, 'Packages');
  await answered(page, 'savingsPercent');
  expect(await seriousFindings(page)).toEqual([]);
});
