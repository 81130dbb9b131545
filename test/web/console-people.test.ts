// Who users are, as operators see it: by name wherever a user stands, found by name and address, and with what may be spent.
import type { Page } from 'playwright-core';
import { closeReceivers, startReceiver } from '../deliveries/receiver';
import { seriousFindings, shoot } from './browser';
import { as, button, heading, useConsole } from './console-stand';

const stand = useConsole();
afterAll(closeReceivers);
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

it('shows a limit with what is spent and left of it, and lets finance change it from old to new and take it away', async () => {
  const shop = await stand.gateway.as('shop', 'service');
  const limit = { userId: 'asha', memberId: 'mel', per: 'month', credits: 20, timeZone: 'Asia/Kolkata' };
  await shop.mutate('setSpendLimit', limit, 'balance { id }');
  const spend = { userId: 'asha', memberId: 'mel', credits: 8, reason: 'A film', idempotencyKey: 'm1' };
  await shop.mutate('spendCredits', spend, 'balance { credits }');

  const reader = await stand.open('/console/users/asha', { before: as('support'), scheme: 'dark' });
  const row = (page: Page) => page.getByRole('region', { name: 'Spend limits' }).locator('tbody tr');
  await row(reader).filter({ hasText: 'mel' }).getByText('20 a month').waitFor();
  expect(await row(reader).first().textContent()).toMatch(/8.*0.*12.*Asia\/Kolkata/);
  expect(await button(reader, 'Set a limit').count()).toBe(0);
  await shoot(reader, 'console-user-limits-dark');
  expect(await seriousFindings(reader)).toEqual([]);

  const page = await stand.open('/console/users/asha', { before: as('finance') });
  await button(page, 'Set a limit').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Whom it binds').click();
  await page.getByRole('option', { name: 'One member' }).click();
  await dialog.getByLabel('Member', { exact: true }).fill('mel');
  await dialog.getByLabel('Credits').fill('5');
  await dialog.getByText('member mel, a month: 20 credits → 5 credits').waitFor();
  await dialog.getByText('More is spent already').waitFor();
  await shoot(page, 'console-user-limit');
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Set to 5' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await row(page).getByText('5 a month').waitFor();
  await shoot(page, 'console-user-limits');
  await button(page, 'Remove').click();
  await dialog.getByText('member mel, a month: 5 credits → no limit').waitFor();
  await dialog.getByRole('button', { name: 'Remove the limit' }).click();
  await page.getByText('Nothing limits what is spent but the balance.').waitFor();
});

it('marks what was paid late and what bought nothing, and finds both', async () => {
  const payer = await stand.gateway.as('lou');
  for (const outcome of ['late_success', 'amount_mismatch']) {
    const input = { packageId: 'small', provider: 'stripe', idempotencyKey: outcome };
    const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
    await payer.mutate('simulatePayment', { id: intent.id, outcome, delayMs: 0 }, 'intent { status }');
  }
  const page = await stand.open('/console/payments?user=lou', { before: as('support') });
  await rows(page).getByText('late', { exact: true }).waitFor();
  await rows(page).getByText('unapplied', { exact: true }).waitFor();
  await shoot(page, 'console-payments-late');
  expect(await seriousFindings(page)).toEqual([]);
  for (const [name, badge] of [
    ['late', 'late'],
    ['unapplied', 'unapplied'],
  ]) {
    await page.goto(`${stand.gateway.url}/console/payments?user=lou&${name}=yes`);
    await rows(page)
      .getByText(badge as string, { exact: true })
      .waitFor();
    expect(await rows(page).count()).toBe(1);
  }
});

it('shows a delivery that comes while somebody looks, and that it was received, without anything being pressed', async () => {
  const receiver = await startReceiver();
  const admin = await stand.gateway.as('ravi', 'admin');
  await admin.query(
    `mutation { createWebhookEndpoint(input: {url: "${receiver.url}", events: ["intent.*"]}) { endpoint { id } } }`,
  );
  const page = await stand.open('/console/deliveries', { before: as('support') });
  await page.getByText('No delivery fits').waitFor();
  const payer = await stand.gateway.as('dee');
  const input = { packageId: 'small', provider: 'stripe', idempotencyKey: 'd' };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  await rows(page).filter({ hasText: 'intent.' }).getByText('delivered').first().waitFor({ timeout: 15_000 });
  await rows(page).getByRole('button').first().click();
  await page.getByRole('dialog').getByText('Payload').waitFor();
  await shoot(page, 'console-deliveries-live');
});
