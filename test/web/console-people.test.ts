// Who users are, as operators see it: by name wherever a user stands, found by name and address, and with what may be spent.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot } from './browser';
import { as, heading, useConsole } from './console-stand';

const stand = useConsole();
const rows = (page: Page) => page.locator('.rows tbody tr');

beforeAll(async () => {
  const shop = await stand.gateway.as('shop', 'service');
  for (const [id, name] of [
    ['asha', 'Asha Banerjee'],
    ['ben', 'Ben Müller'],
    ['chitra', 'Asha Banerjee'],
  ])
    await shop.mutate('upsertUser', { id, name, email: `${id}@mail.example` }, 'user { name }');
});

/** Types into the search that every screen has. */
async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

it('shows names on payments and on a user, and the id beside them', async () => {
  const page = await stand.open('/console/payments', { before: as('support') });
  await rows(page).filter({ hasText: 'Ben Müller' }).first().getByText('ben', { exact: true }).waitFor();
  expect(await rows(page).filter({ hasText: 'dev' }).count()).toBeGreaterThan(0);
  await shoot(page, 'console-payments-names');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('link', { name: 'Ben Müller' }).first().click();
  await heading(page, 'Ben Müller');
  await page.getByText('ben@mail.example').waitFor();
  await shoot(page, 'console-user-named');
  expect(await seriousFindings(page)).toEqual([]);
  await rows(page).filter({ hasText: '₹' }).first().locator('a').first().click();
  await page.getByText('ben@mail.example').waitFor();
});

it.each([
  ['a name', 'ben MÜLLER', /\/console\/users\?search=/, ['ben']],
  ['a name that two share', 'Asha Banerjee', /\/console\/users\?search=/, ['asha', 'chitra']],
  ['an address', 'Chitra@mail.example', /\/console\/users\?search=/, ['chitra']],
])('finds users by %s', async (_, typed, place, users) => {
  const page = await stand.open('/console/health', { before: as('support') });
  await heading(page, /./);
  await search(page, typed);
  await page.waitForURL(place);
  await rows(page).first().waitFor();
  expect(await rows(page).locator('.called small').allTextContents()).toEqual(users);
});

it('finds somebody who never had credits, and what was begun', async () => {
  const shop = await stand.gateway.as('shop', 'service');
  const payer = await stand.gateway.as('newcomer');
  await payer.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: 'n' },
    'intent { id }',
  );
  await shop.mutate('upsertUser', { id: 'newcomer', name: 'Nadia Newcomer' }, 'user { name }');

  const page = await stand.open('/console/users?search=Nadia%20Newcomer', { before: as('support') });
  await rows(page).getByRole('link', { name: 'Nadia Newcomer' }).click();
  await heading(page, 'Nadia Newcomer');
  await rows(page).filter({ hasText: 'pending' }).waitFor();
});
