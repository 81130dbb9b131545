// What keeps the gateway going, in the console: webhook events, endpoints, health, packages, keys.
import { shoot } from './browser';
import { as, button, menu, useConsole } from './console-stand';

const stand = useConsole();

it('says that a new webhook event came', async () => {
  const page = await stand.open('/console/webhooks');
  await page.locator('.dot.on').waitFor();
  await page.locator('.rows tbody tr').first().waitFor();
  const payer = await stand.gateway.as('dev');
  const input = { packageId: 'small', provider: 'stripe', idempotencyKey: 'news-1' };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  await page.getByText(/^\d+ new events?, show$/).click();
  await page.locator('.rows tbody tr', { hasText: 'payment_intent.succeeded' }).first().waitFor();
});

it('replays webhook events, one or a list that is counted first', async () => {
  const page = await stand.open('/console/webhooks');
  await page.locator('.rows tbody tr').first().waitFor();
  await shoot(page, 'console-webhooks');
  await button(page, 'Replay these').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Count them' }).click();
  await dialog
    .getByRole('status')
    .filter({ hasText: /These are \d+ events/ })
    .waitFor();
  expect(await dialog.getByRole('alert').count()).toBe(0);
  await dialog.getByRole('button', { name: /^Replay \d+/ }).click();
  await page.getByText(/events are worked again/).waitFor();
  await page.locator('.rows tbody a.first').first().click();
  await page.getByText('Attempt 1: done').waitFor();
  await shoot(page, 'console-webhook');
  await button(page, 'Replay').click();
  await page.getByText(/It is (worked again|being worked)/).waitFor();
});

it('adds an endpoint whose secret is shown once, sends a test, and resends what was not taken', async () => {
  const page = await stand.open('/console/endpoints');
  await page.getByText('No endpoints').waitFor();
  await button(page, 'Add endpoint').click();
  await page.getByLabel('Address').fill('http://127.0.0.1:9/credits');
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('whsec_').waitFor();
  await button(page, 'I have it').click();
  await shoot(page, 'console-endpoints');
  await button(page, 'Send a test').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('on its way').waitFor();
  await menu(page, 'Deliveries');
  await button(page, 'test.ping').click();
  await page.getByRole('dialog').getByText('Attempts').waitFor();
  await shoot(page, 'console-delivery');
});

it('shows whether the gateway is well', async () => {
  const page = await stand.open('/console/health', { before: as('support') });
  await page.getByText('well', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'postgres' }).waitFor();
  const limits = page.getByRole('region', { name: 'Limits right now' });
  await limits.getByText(/^[\d,]+ of 3,000,000 points are left to you; all of them in \d+ s\.$/).waitFor();
  await limits.getByText(/^[1-9]\d* of 20,000 are open in this process\.$/).waitFor();
  await shoot(page, 'console-health');
  await page.route('**/graphql', (route) => route.abort());
  await page.getByText('The gateway cannot be reached').waitFor({ timeout: 10_000 });
  await page.unroute('**/graphql');
  await page.getByText('well', { exact: true }).waitFor({ timeout: 10_000 });
});

it('changes a package', async () => {
  const page = await stand.open('/console/packages');
  await page.locator('.rows tbody tr').first().waitFor();
  await shoot(page, 'console-packages');
  await button(page, 'Edit').first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Starter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Starter' }).waitFor();
});

it('creates an API key that is shown once, revokes it, and the audit log has both', async () => {
  const page = await stand.open('/console/keys');
  await button(page, 'Create key').click();
  await page.getByLabel('Name').fill('Image back end');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await button(page, 'I have it').click();
  await page.getByRole('cell', { name: 'Image back end' }).waitFor();
  await shoot(page, 'console-keys');
  await button(page, 'Revoke').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByRole('cell', { name: 'revoked' }).waitFor();
  await menu(page, 'Audit log');
  await page.getByText('revokeApiKey').first().waitFor();
  await shoot(page, 'console-audit');
});
