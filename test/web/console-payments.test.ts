// Payments in the console, as operators find them and follow them.
import os from 'node:os';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { shoot } from './browser';
import { as, button, heading, menu, useConsole } from './console-stand';

const stand = useConsole();
/** A list that is read anew shows for a moment what it had. */
const rows = (page: Page, count: number) =>
  eventually(async () => expect(await page.locator('.rows tbody tr').count()).toBe(count));

it('shows rows within two seconds, filters by the address, and finds a payment by any id', async () => {
  const page = await stand.open('/console/packages');
  await page.locator('.rows tbody tr').first().waitFor();
  // Another browser without a past: everything is loaded anew. The best of three, on a machine that others use too.
  const tookMs: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const fresh = await stand.open('/console/payments');
    await fresh.locator('.rows tbody tr').first().waitFor();
    // Counted by the page, from where it was asked for: to open a browser is not the console's.
    tookMs.push(await fresh.evaluate<number>('performance.now()'));
  }
  // Of a machine whose processors are all taken, by others or by the other worker, this says little about the console.
  const isBusy = (os.loadavg()[0] ?? 0) > os.cpus().length;
  expect(Math.min(...tookMs)).toBeLessThan(isBusy ? 6_000 : 2_000);
  await page.goto('/console/payments');
  await page.locator('.rows tbody tr').first().waitFor();
  await shoot(page, 'console-payments');
  await page.goto('/console/payments?status=failed');
  await page.locator('.rows .status', { hasText: 'failed' }).first().waitFor();
  await page.locator('.rows .status', { hasText: 'succeeded' }).first().waitFor({ state: 'detached' });
  await page.goto('/console/payments?search=nothing-like-this');
  await page.getByText('No payment fits').waitFor();
  await shoot(page, 'console-empty');
  await page.keyboard.press('/');
  await page.keyboard.type('order-3');
  await page.keyboard.press('Enter');
  await rows(page, 1);
});

it('changes a row while somebody looks, and says that a new payment came', async () => {
  const page = await stand.open('/console/payments');
  await page.locator('.dot.on').waitFor();
  await page.waitForLoadState('networkidle');
  const payer = await stand.gateway.as('dev');
  const { intent } = await payer.mutate(
    'createIntent',
    { packageId: 'small', idempotencyKey: 'live-1' },
    'intent { id }',
  );
  await page.getByText('1 new payment').click();
  const row = page.locator('.rows tr', { has: page.locator(`a[href="/console/payments/${intent.id}"]`) });
  await row.getByText('pending').waitFor();
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  await row.getByText('succeeded').waitFor();
});

it('tells the story of a payment, takes a note, plays an outcome and cancels', async () => {
  const page = await stand.open(`/console/payments/${stand.made.declined}`);
  await page.locator('.timeline').getByText('was declined').first().waitFor();
  await page.getByLabel('Note').fill('The payer wrote: wrong card.');
  await button(page, 'Add note').click();
  await page.locator('.timeline').getByText('The payer wrote').waitFor();
  await shoot(page, 'console-payment');
  await button(page, 'Simulate').click();
  await page.getByRole('menuitem', { name: 'decline', exact: true }).click();
  await page.locator('.timeline').getByText('Attempt 2 was declined').waitFor();
  await button(page, 'Cancel payment').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel payment' }).click();
  await page.locator('.head .status', { hasText: 'canceled' }).waitFor();
});

it('says the least that a provider sends back, and when a refund would leave less than that behind', async () => {
  const payer = await stand.gateway.as('gita');
  const { intent } = await payer.mutate(
    'createIntent',
    { packageId: 'small', provider: 'razorpay', idempotencyKey: 'least' },
    'intent { id }',
  );
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  for (const scheme of ['light', 'dark'] as const) {
    const page = await stand.open(`/console/payments/${intent.id}`, { before: as('finance'), scheme });
    await button(page, 'Refund').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('At least ₹1.00.').waitFor();
    const warning = dialog.getByText('What is left then is less than');
    expect(await warning.count()).toBe(0);

    await dialog.getByLabel('Amount in INR').fill('49.9');

    await dialog.getByText('the least that razorpay sends back').waitFor();
    await shoot(page, `console-refund-rest-${scheme}`);
    await dialog.getByLabel('Amount in INR').fill('20');
    await warning.waitFor({ state: 'detached' });
  }
});

it('shows what callers wrote on purchases, spends, holds and adjustments, and finds them by it', async () => {
  const payer = await stand.gateway.as('hari');
  const finance = await stand.gateway.as('fin_other', 'finance');
  const written = (what: string) => ({
    reference: `${what}-77`,
    metadata: { project: 'atlas', kind: what },
    idempotencyKey: what,
  });
  const wish = { packageId: 'small', provider: 'stripe', ...written('order') };
  const { intent } = await payer.mutate('createIntent', wish, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  await payer.mutate('spendCredits', { credits: 3, reason: 'A page', ...written('spend') }, 'replayed');
  const hold = { credits: 4, reason: 'A film', ttlSeconds: 600, ...written('hold') };
  await payer.mutate('holdCredits', hold, 'replayed');
  const gift = { userId: 'hari', credits: 5, reason: 'A gift', ...written('gift') };
  await finance.mutate('adjustCredits', gift, 'replayed');

  for (const scheme of ['light', 'dark'] as const) {
    const page = await stand.open(`/console/payments/${intent.id}`, { before: as('support'), scheme });
    const details = page.getByRole('region', { name: 'Details' });
    await details.getByText('order-77').waitFor();
    await details.getByText('project atlas').waitFor();
    await shoot(page, `console-written-payment-${scheme}`);
    await page.goto('/console/users/hari');
    for (const what of ['spend', 'hold', 'gift']) await page.getByText(`${what}-77`).waitFor();
    await page
      .getByRole('region', { name: 'Holds', exact: true })
      .first()
      .getByText('project atlas')
      .waitFor();
    await shoot(page, `console-written-user-${scheme}`);
  }

  const page = await stand.open('/console/users/hari', { before: as('support') });
  await page.getByLabel('Metadata: key=value').fill('kind=spend');
  await page.getByText('gift-77').waitFor({ state: 'detached' });
  await page.getByText('spend-77').waitFor();
  await page.getByText('hold-77').waitFor({ state: 'detached' });
  await page.goto('/console/users/hari?reference=hold-77');
  await page.getByText('hold-77').waitFor();
  await page.getByText('Nothing fits.').waitFor();
  for (const query of ['reference=order-77', 'metadata=project%3Datlas']) {
    await page.goto(`/console/payments?${query}`);
    await rows(page, 1);
  }
});

it('keeps a filter under a name in this browser, and the address says what is shown', async () => {
  const page = await stand.open('/console/payments');
  await page.locator('.rows tbody tr').first().waitFor();
  const views = page.getByRole('navigation', { name: 'Saved views' });
  expect(await views.count()).toBe(0);
  await page.goto('/console/payments?status=failed&provider=razorpay');
  await button(page, 'Save this view').click();
  await page.getByLabel('Name of the view').fill('Failed at Razorpay');
  await button(page, 'Save').click();
  await page.goto('/console/payments');
  await views.getByRole('link', { name: 'Failed at Razorpay' }).click();
  expect(new URL(page.url()).search).toBe('?status=failed&provider=razorpay');
  await page.locator('.rows .status', { hasText: 'failed' }).first().waitFor();
  await page.locator('.rows .status', { hasText: 'succeeded' }).first().waitFor({ state: 'detached' });
  await shoot(page, 'console-views');
  // Another list has its own.
  await page.goto('/console/webhooks');
  await page.locator('.rows tbody tr').first().waitFor();
  expect(await views.count()).toBe(0);
  // What somebody else wrote there is no reason to show nothing.
  await page.evaluate("localStorage.setItem('credits-gateway:views:webhooks', '{')");
  await page.reload();
  await page.locator('.rows tbody tr').first().waitFor();
  await page.goto('/console/payments');
  await button(page, 'Delete the view Failed at Razorpay').click();
  await page.reload();
  await page.locator('.rows tbody tr').first().waitFor();
  expect(await views.count()).toBe(0);
});

it('says what happened when the gateway does not answer, and tries again', async () => {
  const page = await stand.open('/console');
  await heading(page, 'Overview');
  await page.route('**/graphql', (route) => route.abort());
  await menu(page, 'Webhook events');
  await page.getByText('The gateway cannot be reached').waitFor();
  await shoot(page, 'console-trouble');
  await page.unroute('**/graphql');
  await button(page, 'Try again').click();
  await page.locator('.rows tbody tr').first().waitFor();
});
