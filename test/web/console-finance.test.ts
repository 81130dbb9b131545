// The ledger, exports and reconciliation in the console, as finance uses them.
import type { Page } from 'playwright-core';
import { shoot } from './browser';
import { as, button, heading, menu, useConsole } from './console-stand';

const stand = useConsole();

it('shows finance the ledger and its accounts', async () => {
  const page = await stand.open('/console/ledger', { before: as('finance') });
  await page.locator('.rows tbody tr').first().waitFor();
  await shoot(page, 'console-ledger');
  await menu(page, 'Accounts');
  await page.locator('.rows tbody tr').first().waitFor();
  await button(page, 'Check the ledger').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('Head of the chain').waitFor({ timeout: 15_000 });
  await shoot(page, 'console-accounts');
});

it('shows finance what was sold, as a chart and as a table, and starts an export of it', async () => {
  const page = await stand.open('/console', { before: as('finance') });
  await page.getByRole('img', { name: 'Money taken, by day' }).waitFor();
  await page.getByText('Gross').first().waitFor();
  await page.getByText('As a table').click();
  await page.getByRole('columnheader', { name: 'Succeeded' }).waitFor();
  await page.goto('/console/payments?status=succeeded');
  await button(page, 'Export').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
  await heading(page, 'Exports');
  await page.getByRole('link', { name: 'Download' }).waitFor({ timeout: 20_000 });
  await shoot(page, 'console-exports');
});

it.each([
  ['ledger', 'ledger?user=asha'],
  ['deliveries', 'deliveries'],
  ['webhookEvents', 'webhooks?provider=razorpay'],
  ['refunds', 'refunds?status=succeeded'],
  ['disputes', 'disputes?status=open'],
  ['breaks', 'breaks?status=open'],
  ['auditLog', 'audit?actor=ada'],
])('exports %s by the filter of the address', async (kind, address) => {
  const page = await stand.open(`/console/${address}`, {
    before: as(kind === 'auditLog' ? 'admin' : 'finance'),
  });
  const sent = page.waitForRequest((request) => (request.postData() ?? '').includes('startExport'));
  await button(page, 'Export').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
  const { variables } = (await sent).postDataJSON();
  const filter = variables.input.select[kind];
  const { userId, provider, status, actor } = filter;
  expect([userId, provider, status, actor].filter(Boolean).flat()).toEqual(
    address.includes('?') ? [address.split('=')[1]] : [],
  );
  await heading(page, 'Exports');
  const row = page.locator('.rows tbody tr').filter({ hasText: kind });
  await row.getByRole('link', { name: 'Download' }).waitFor({ timeout: 20_000 });
});

it('reconciles the days of a purchase, watches the run, and lists its breaks by the address', async () => {
  const page = await stand.open('/console/reconciliation', { before: as('finance') });
  await page.getByText('No runs yet').waitFor();
  await button(page, 'Start a run').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Last day').waitFor();
  await shoot(page, 'console-reconcile');
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await heading(page, 'Run over stripe');
  await page.locator('.status', { hasText: 'succeeded' }).waitFor({ timeout: 20_000 });
  // The end is told live, the figures are read again then.
  await page
    .locator('.figures div', { hasText: 'Matched' })
    .locator('dd', { hasText: /^[1-9]/ })
    .waitFor();
  await page.getByText('No breaks').waitFor();
  await shoot(page, 'console-run');
  await page.getByRole('link', { name: '← Reconciliation' }).click();
  await page.locator('.rows .status', { hasText: 'succeeded' }).waitFor();
  await shoot(page, 'console-reconciliation');
});

it('resolves a break with a note, after saying what it is about', async () => {
  const payer = await stand.gateway.as('esha');
  const input = { packageId: 'small', provider: 'stripe', idempotencyKey: 'break-1' };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'amount_mismatch' }, 'intent { status }');
  const page = await stand.open('/console/breaks?kind=amount_mismatch,unapplied', { before: as('finance') });
  const row = page.locator('.rows tr', { has: page.locator(`a[href="/console/payments/${intent.id}"]`) });
  await row.first().waitFor();
  await shoot(page, 'console-breaks');
  await row.getByRole('button', { name: 'Resolve' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(intent.id).waitFor();
  await shoot(page, 'console-resolve');
  await dialog.getByRole('button', { name: 'Resolve' }).click();
  await dialog.getByText('Say why: it stays with the break.').waitFor();
  await dialog.getByRole('combobox', { name: /^Fix/ }).click();
  await page.getByRole('option', { name: /^Ignore/ }).click();
  await dialog.getByLabel('Note').fill('Seen at the bank.');
  await dialog.getByRole('button', { name: 'Resolve' }).click();
  await row.getByText('ignored').waitFor();
});

/** Opens the dialog and starts a run over Stripe's books from a day on. */
async function startRun(page: Page, daysAgo: number, dryRun = false) {
  await button(page, 'Start a run').click();
  const dialog = page.getByRole('dialog');
  const from = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('First day').fill(from);
  if (dryRun) await dialog.getByRole('switch', { name: /^Dry run/ }).check();
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await heading(page, 'Run over stripe');
}

it('counts in a dry run what differs and opens nothing', async () => {
  const payer = await stand.gateway.as('farid');
  const input = { packageId: 'small', provider: 'stripe', idempotencyKey: 'dry-1' };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'lost_webhook' }, 'intent { status }');
  const page = await stand.open('/console/reconciliation', { before: as('finance') });
  await startRun(page, 1, true);
  await page.locator('.status', { hasText: 'succeeded' }).waitFor({ timeout: 20_000 });
  await page.getByText(/^A dry run: it counted [1-9]\d* and opened none\.$/).waitFor();
  await shoot(page, 'console-dry-run');
});

it('cancels a run that is under way, and resumes it to its end', async () => {
  const page = await stand.open('/console/reconciliation', { before: as('finance') });
  // Read by the hour, these are a thousand steps: long enough to press a button.
  await startRun(page, 45);
  await page.locator('.status', { hasText: 'running' }).waitFor();
  await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
  await button(page, 'Cancel run').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('What it has found is kept').waitFor();
  await dialog.getByRole('button', { name: 'Cancel run', exact: true }).click();
  await page.locator('.status', { hasText: 'canceled' }).waitFor();
  await page.getByText('The run is canceled.').waitFor();
  await button(page, 'Resume').waitFor();
  await button(page, 'Cancel run').waitFor({ state: 'detached' });
  await button(page, 'Resume').click();
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByText('The run goes on.').waitFor();
  await shoot(page, 'console-running');
  await page.locator('.status', { hasText: 'succeeded' }).waitFor({ timeout: 120_000 });
  await button(page, 'Resume').waitFor({ state: 'detached' });
  await page
    .locator('.figures div', { hasText: 'Matched' })
    .locator('dd', { hasText: /^[1-9]/ })
    .waitFor();
  // A thousand steps take their time on a busy machine.
}, 180_000);
