// The console, as operators use it.
import os from 'node:os';
import type { Page } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';

// A break that the gateway resolves by itself is none that a person can.
const stand = useBrowser({ UNAPPLIED_REFUND: 'manual', RATE_LIMITS: 'on', ADJUST_APPROVAL_ABOVE: '400' });
const made = { paid: '', declined: '', open: '' };

beforeAll(async () => {
  const users = ['asha', 'ben', 'chitra', 'dev'];
  for (let number = 0; number < 12; number++) {
    const user = await stand.gateway.as(users[number % users.length] ?? 'asha');
    const packageId = ['small', 'medium', 'large', 'xlarge'][number % 4] ?? 'small';
    const provider = number % 3 === 0 ? 'razorpay' : 'stripe';
    const input = { packageId, provider, idempotencyKey: `order-${number}` };
    const { intent } = await user.mutate('createIntent', input, 'intent { id }');
    const outcome = ['succeed', 'succeed', 'decline', 'fail'][(number + (number >> 2)) % 4] ?? 'succeed';
    if (number < 10) await user.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
    if (outcome === 'succeed' && number < 10) made.paid = intent.id;
    if (outcome === 'decline' && number < 10) made.declined = intent.id;
    made.open = intent.id;
  }
  const back = await stand.gateway.as('asha');
  await back.mutate(
    'spendCredits',
    { credits: 7, reason: 'One report', idempotencyKey: 'spend-1' },
    'balance { credits }',
  );
});

const as = (role: string) => async (page: Page) => {
  await page.addInitScript(
    `sessionStorage.getItem('credits-gateway:console-role') ?? sessionStorage.setItem('credits-gateway:console-role', '${role}')`,
  );
};
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const menu = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name, exact: true }).click();
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });

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
  // Of a machine whose processors are all taken by others this says nothing about the console.
  const isBusy = (os.loadavg()[0] ?? 0) > 2 * os.cpus().length;
  expect(Math.min(...tookMs)).toBeLessThan(isBusy ? 6_000 : 2_000);
  await page.goto('/console/payments');
  await page.locator('.rows tbody tr').first().waitFor();
  await shoot(page, 'console-payments');
  await page.goto('/console/payments?status=failed');
  await page.locator('.rows .status', { hasText: 'failed' }).first().waitFor();
  expect(await page.locator('.rows .status', { hasText: 'succeeded' }).count()).toBe(0);
  await page.goto('/console/payments?search=nothing-like-this');
  await page.getByText('No payment fits').waitFor();
  await shoot(page, 'console-empty');
  await page.keyboard.press('/');
  await page.keyboard.type('order-3');
  await page.keyboard.press('Enter');
  await page.locator('.rows tbody tr').first().waitFor();
  expect(await page.locator('.rows tbody tr').count()).toBe(1);
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

it('tells the story of a payment, takes a note, plays an outcome and cancels', async () => {
  const page = await stand.open(`/console/payments/${made.declined}`);
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

it('refunds with a preview and a reason, end to end', async () => {
  const page = await stand.open(`/console/payments/${made.paid}`, { before: as('finance') });
  await button(page, 'Refund').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('credits are taken').waitFor();
  await shoot(page, 'console-refund');
  await dialog.getByRole('button', { name: /^Refund/ }).click();
  await dialog.getByText('Say why').waitFor();
  await dialog.getByLabel('Reason').fill('Bought by mistake');
  await dialog.getByRole('button', { name: /^Refund/ }).click();
  await page
    .getByRole('region', { name: 'Refunds', exact: true })
    .getByText('succeeded')
    .waitFor({ timeout: 15_000 });
  await menu(page, 'Refunds');
  await heading(page, 'Refunds');
  await page.getByRole('cell', { name: 'Bought by mistake' }).waitFor();
  await shoot(page, 'console-refunds');
});

it('never refunds ₹100.00 by a button that said ₹60.00: what another operator did is shown, and confirmed anew', async () => {
  const user = await stand.gateway.as('esha');
  const finance = await stand.gateway.as('fin_other', 'finance');
  const wish = { packageId: 'medium', provider: 'stripe', idempotencyKey: 'live-refund' };
  const { intent } = await user.mutate('createIntent', wish, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const input = { intentId: intent.id, amountCents: 4_000, reason: 'r', idempotencyKey: 'forty' };
  expect((await finance.mutate('refundIntent', input, 'refund { id }')).errors).toEqual([]);

  const page = await stand.open(`/console/payments/${intent.id}`, { before: as('finance') });
  await page.locator('.dot.on').waitFor();
  await button(page, 'Refund').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Bought by mistake');
  await dialog.getByRole('button', { name: 'Refund ₹60.00' }).waitFor();
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'refund_fails' }, 'intent { status }');

  await dialog
    .getByText('It was ₹60.00 left to refund, it is ₹100.00 left to refund now.')
    .waitFor({ timeout: 15_000 });
  expect(await dialog.getByRole('button', { name: /^Refund/ }).count()).toBe(0);
  await shoot(page, 'console-refund-changed');
  await dialog.getByRole('button', { name: 'Go on with what is now' }).click();
  await dialog.getByRole('button', { name: 'Refund ₹100.00' }).click();
  await page
    .getByRole('region', { name: 'Refunds', exact: true })
    .getByText('succeeded')
    .waitFor({ timeout: 15_000 });
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
  expect(await page.getByText('spend-77').count()).toBe(1);
  expect(await page.getByText('hold-77').count()).toBe(0);
  await page.goto('/console/users/hari?reference=hold-77');
  await page.getByText('hold-77').waitFor();
  await page.getByText('Nothing fits.').waitFor();
  for (const query of ['reference=order-77', 'metadata=project%3Datlas']) {
    await page.goto(`/console/payments?${query}`);
    await page.locator('.rows tbody tr').first().waitFor();
    expect(await page.locator('.rows tbody tr').count()).toBe(1);
  }
});

it('shows a user with balance, lots and transactions, and adjusts with a reason', async () => {
  const page = await stand.open('/console/users', { before: as('finance') });
  await page.getByRole('link', { name: 'asha' }).first().waitFor();
  await shoot(page, 'console-users');
  await page.getByRole('link', { name: 'asha' }).first().click();
  await page.getByText('One report').waitFor();
  await shoot(page, 'console-user');
  await button(page, 'Adjust credits').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Credits').fill('5');
  await dialog.getByLabel('Reason').fill('Goodwill');
  await dialog.getByRole('button', { name: 'Adjust by +5' }).click();
  await page.getByText('Goodwill').waitFor();
});

it('replays webhook events, one or a list that is counted first', async () => {
  const page = await stand.open('/console/webhooks');
  await page.locator('.rows tbody tr').first().waitFor();
  await shoot(page, 'console-webhooks');
  await button(page, 'Replay these').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Count them' }).click();
  await dialog.getByText(/These are \d+ events/).waitFor();
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
  await page.locator('.uplot').waitFor();
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
  expect(await button(page, 'Cancel run').count()).toBe(0);
  await button(page, 'Resume').click();
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByText('The run goes on.').waitFor();
  await shoot(page, 'console-running');
  await page.locator('.status', { hasText: 'succeeded' }).waitFor({ timeout: 120_000 });
  expect(await button(page, 'Resume').count()).toBe(0);
  await page
    .locator('.figures div', { hasText: 'Matched' })
    .locator('dd', { hasText: /^[1-9]/ })
    .waitFor();
  // A thousand steps take their time on a busy machine.
}, 180_000);

it('has a second person decide about a large adjustment, who sees it the moment it is asked for', async () => {
  const boss = await stand.open('/console/approvals', { before: as('admin') });
  await boss.getByText('Nothing to decide').waitFor();
  await boss.locator('.dot.on').waitFor();
  await shoot(boss, 'console-nothing-to-decide');
  const page = await stand.open('/console/users/asha', { before: as('finance') });
  await button(page, 'Adjust credits').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Credits').fill('500');
  await dialog.getByLabel('Reason').fill('Lost in the move');
  await dialog.getByRole('button', { name: 'Adjust by +500' }).click();
  await dialog.getByText(/second person/).waitFor();
  await boss.getByRole('cell', { name: /Lost in the move/ }).waitFor();
  await shoot(boss, 'console-approvals');
  await button(boss, 'Approve').click();
  const decision = boss.getByRole('dialog');
  await decision.getByRole('button', { name: 'Approve', exact: true }).click();
  await decision.getByText('Say why').waitFor();
  await decision.getByLabel('Note').fill('Seen both.');
  await decision.getByRole('button', { name: 'Approve', exact: true }).click();
  await boss.locator('.rows .status', { hasText: 'done' }).waitFor({ timeout: 15_000 });
});

it('shows in an open dialog that somebody else changed the balance, or decided', async () => {
  const finance = await stand.gateway.as('fin_other', 'finance');
  const page = await stand.open('/console/users/farid', { before: as('finance') });
  await page.locator('.dot.on').waitFor();
  await button(page, 'Adjust credits').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Credits').fill('5');
  const given = { userId: 'farid', credits: 30, reason: 'r', idempotencyKey: 'thirty' };
  await finance.mutate('adjustCredits', given, 'balance { available }');
  await dialog.getByText('It was 0 credits available, it is 30 credits available now.').waitFor();
  expect(await dialog.getByRole('button', { name: /^Adjust by/ }).count()).toBe(0);

  const large = { userId: 'farid', credits: 450, reason: 'Too much for one', idempotencyKey: 'large' };
  const asked = await finance.mutate('adjustCredits', large, 'balance { available }');
  const approvals = await stand.open('/console/approvals', { before: as('admin') });
  await approvals.locator('.dot.on').waitFor();
  await approvals
    .locator('.rows tr', { hasText: 'Too much for one' })
    .getByRole('button', { name: 'Approve' })
    .click();
  const second = await stand.gateway.as('fin_second', 'finance');
  const id = /apr_\w+/.exec(asked.errors[0].message)?.[0];
  await second.mutate('decideApproval', { id, approve: false, note: 'no' }, 'approval { status }');
  await approvals.getByRole('dialog').getByText('fin_second decided it: rejected.').waitFor();
  expect(
    await approvals.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).count(),
  ).toBe(0);
});

it('lists a dispute that comes while somebody looks', async () => {
  const page = await stand.open('/console/disputes', { before: as('finance') });
  await page.getByText('No disputes').waitFor();
  await page.locator('.dot.on').waitFor();
  const payer = await stand.gateway.as('hari');
  const input = { packageId: 'medium', provider: 'stripe', idempotencyKey: 'dispute-1' };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  const play = (outcome: string) =>
    payer.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
  await play('succeed');
  await play('dispute_open');
  await page.getByRole('cell', { name: 'hari' }).waitFor();
  await shoot(page, 'console-disputes');
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

/** What the menu has for a role, and what the gateway refuses on the way through all of it. */
async function seenBy(role: string) {
  const page = await stand.open('/console', { before: as(role) });
  const refused: string[] = [];
  page.on('response', async (response) => {
    if (!response.url().endsWith('/graphql')) return;
    const body = await response.text().catch(() => '');
    if (/FORBIDDEN/.test(body)) refused.push(`${page.url()} ${body}`);
  });
  const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  await links.first().waitFor();
  const names = await links.allTextContents();
  for (const name of names) {
    await menu(page, name);
    await heading(page, name);
    await page.locator('.rows tbody tr, .card, .empty').first().waitFor();
  }
  await page.waitForLoadState('networkidle');
  return { page, names, refused };
}

const FOR_ALL = [
  ...['Overview', 'Payments', 'Refunds', 'Users', 'Disputes', 'Webhook events', 'Deliveries', 'Endpoints'],
  ...['Packages', 'Health'],
];
const FOR_FINANCE = ['Ledger', 'Accounts', 'Approvals', 'Exports', 'Reconciliation'];
const FOR_ADMINS = ['API keys', 'Audit log'];

it.each([
  ['support', FOR_ALL],
  ['finance', [...FOR_ALL, ...FOR_FINANCE]],
  ['admin', [...FOR_ALL, ...FOR_FINANCE, ...FOR_ADMINS]],
])('shows %s the screens that it may read, and none that is refused', async (role, expected) => {
  const { names, refused, page } = await seenBy(role);
  expect([...names].sort()).toEqual([...expected].sort());
  expect(refused).toEqual([]);
  if (role === 'admin') return;
  await page.goto('/console/keys');
  await page.getByText('Nothing is here').waitFor();
});

/** Buttons of a screen, by the least role that may press them. */
const BUTTONS: readonly [
  string,
  string,
  Readonly<Record<'support' | 'finance' | 'admin', readonly string[]>>,
][] = [
  [
    'payment',
    'Timeline',
    { support: ['Sync with provider', 'Add note', 'Simulate'], finance: ['Refund'], admin: [] },
  ],
  ['payments', 'Payments', { support: ['Count'], finance: ['Export'], admin: [] }],
  ['users/asha', 'asha', { support: [], finance: ['Adjust credits'], admin: [] }],
  ['webhooks', 'Webhook events', { support: ['Replay these'], finance: ['Export'], admin: [] }],
  ['deliveries', 'Deliveries', { support: ['Resend these'], finance: ['Export'], admin: [] }],
  [
    'endpoints',
    'Endpoints',
    { support: [], finance: [], admin: ['Add endpoint', 'Send a test', 'Rotate secret', 'Delete'] },
  ],
  ['packages', 'Packages', { support: [], finance: [], admin: ['Add package', 'Edit'] }],
  ['accounts', 'Accounts', { support: [], finance: ['Check the ledger'], admin: [] }],
  ['reconciliation', 'Reconciliation', { support: [], finance: ['Start a run'], admin: [] }],
  ['keys', 'API keys', { support: [], finance: [], admin: ['Create key'] }],
];

it.each([
  ['support', ['support']],
  ['finance', ['support', 'finance']],
  ['admin', ['support', 'finance', 'admin']],
] as const)('shows %s the buttons that it may press and no others', async (role, included) => {
  const page = await stand.open('/console', { before: as(role) });
  for (const [screen, text, buttons] of BUTTONS) {
    await page.goto(`/console/${screen === 'payment' ? `payments/${made.paid}` : screen}`);
    const main = page.getByRole('main');
    const shown = main.getByText(text).or(main.getByText('Nothing is here')).first();
    await shown.waitFor();
    await page.waitForLoadState('networkidle');
    const names = await main.getByRole('button').allTextContents();
    const all = Object.entries(buttons).flatMap(([least, own]) => own.map((name) => ({ least, name })));
    const expected = all.filter(({ least }) => (included as readonly string[]).includes(least));
    expect({ screen, shown: all.map(({ name }) => name).filter((name) => names.includes(name)) }).toEqual({
      screen,
      shown: expected.map(({ name }) => name),
    });
  }
});

it("becomes somebody else in mock mode, with that role's screens", async () => {
  const page = await stand.open('/console', { before: as('support') });
  await page.getByRole('combobox', { name: 'Signed in as' }).click();
  await page.getByRole('option', { name: 'ada, admin' }).click();
  await menu(page, 'Ledger');
  await heading(page, 'Ledger');
});

it('keeps a filter under a name in this browser, and the address says what is shown', async () => {
  const page = await stand.open('/console/payments');
  await page.locator('.rows tbody tr').first().waitFor();
  const views = page.getByRole('navigation', { name: 'Saved views' });
  expect(await views.count()).toBe(0);
  await page.goto('/console/payments?status=failed&provider=stripe');
  await button(page, 'Save this view').click();
  await page.getByLabel('Name of the view').fill('Failed at Stripe');
  await button(page, 'Save').click();
  await page.goto('/console/payments');
  await views.getByRole('link', { name: 'Failed at Stripe' }).click();
  expect(new URL(page.url()).search).toBe('?status=failed&provider=stripe');
  await page.locator('.rows .status', { hasText: 'failed' }).first().waitFor();
  expect(await page.locator('.rows .status', { hasText: 'succeeded' }).count()).toBe(0);
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
  await button(page, 'Delete the view Failed at Stripe').click();
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

const SCREENS = [
  '',
  'payments',
  'refunds',
  'users',
  'users/asha',
  'webhooks',
  'deliveries',
  'endpoints',
  'ledger',
  'accounts',
  'packages',
  'keys',
  'audit',
  'disputes',
  'approvals',
  'exports',
  'reconciliation',
  'breaks',
  'health',
];

const FOUND =
  "[...document.querySelectorAll('.scroll, .page, .card')].filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.getAttribute('aria-label') ?? part.className)";

/** What is wider than the window, or than its own place. */
async function tooWide(page: Page): Promise<string[]> {
  const whole = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  const parts = await page.evaluate<string[]>(FOUND);
  return whole > 0 ? [`the page by ${whole}`, ...parts] : parts;
}

it.each(['light', 'dark'] as const)(
  'has no serious accessibility finding and nothing too wide on any screen at any width, %s',
  async (scheme) => {
    const page = await stand.open('/console/reconciliation', { scheme });
    const run = await page.locator('.rows a.first').first().getAttribute('href');
    await page.goto('/console/webhooks');
    const event = await page.locator('.rows a.first').first().getAttribute('href');
    const own = [run, event].map((href) => String(href).replace('/console/', ''));
    const found: Record<string, string[]> = {};
    for (const screen of [...SCREENS, `payments/${made.paid}`, ...own]) {
      await page.goto(`/console/${screen}`);
      await page.locator('.rows tbody tr, .card, .empty').first().waitFor();
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 860 });
        const findings = [...(await seriousFindings(page)), ...(await tooWide(page))];
        if (findings.length > 0) found[`${screen} at ${width}`] = findings;
      }
      if (screen === '' || screen.startsWith('payments/'))
        await shoot(page, `console-${screen === '' ? 'overview' : 'payment'}-${scheme}`);
    }
    expect(found).toEqual({});
  },
  // Two dozen screens, each at both widths.
  300_000,
);
