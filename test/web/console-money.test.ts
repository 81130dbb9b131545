// What operators do in the console that moves money or credits: refunds, adjustments, approvals, disputes.
import { shoot } from './browser';
import { as, button, heading, menu, useConsole } from './console-stand';

const stand = useConsole();

it('refunds with a preview and a reason, end to end', async () => {
  const page = await stand.open(`/console/payments/${stand.made.paid}`, { before: as('finance') });
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
  await dialog.getByText('it goes to a second person').waitFor();
  await dialog.getByRole('button', { name: 'Adjust by +500' }).click();
  await dialog.getByText('It waits for a second person. Nothing was moved yet.').waitFor();
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
