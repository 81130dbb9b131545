// What an operator does about a dispute in the console: sees what is at stake, writes to the bank, sends it once, or gives up.
import { eventually } from '../support/eventually';
import { seriousFindings, shoot } from './browser';
import { as, button, heading, useConsole } from './console-stand';

const stand = useConsole();

async function disputed(userId: string, provider = 'stripe', outcome = 'dispute_open'): Promise<string> {
  const payer = await stand.gateway.as(userId);
  const input = { packageId: 'medium', provider, idempotencyKey: userId };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { id }');
  const spend = { credits: 30, reason: 'Thirty pictures', idempotencyKey: 'spend' };
  await payer.mutate('spendCredits', spend, 'transaction { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { id }');
  const { data } = await eventually(
    () => payer.query('query ($id: ID!) { intent(id: $id) { disputes { id } } }', { id: intent.id }),
    (answer) => answer.data.intent.disputes.length === 1,
  );
  return data.intent.disputes[0].id;
}

it('answers a dispute from the list: what is at stake, a draft, a file, and the evidence sent once', async () => {
  await disputed('hari');
  const page = await stand.open('/console/disputes?waits=answer', { before: as('finance') });
  await page.getByRole('cell', { name: /days left/ }).waitFor();
  await page.locator('.rows a.first').first().click();
  await page.getByText('The bank waits for your answer. 9 days left.').waitFor();
  await page.getByText('Thirty pictures').waitFor();
  expect(await page.getByRole('link', { name: 'Open at stripe' }).getAttribute('href')).toMatch(
    /^https:\/\/dashboard\.stripe\.com\/test\/disputes\/dp_/,
  );
  await button(page, 'Begin with what is known').click();
  const text = page.getByLabel('What the bank is to know');
  expect(await text.inputValue()).toContain('Since then 30 of them were used by the account.');
  await button(page, 'Keep as a draft').click();
  await page.getByText('The draft is kept.').waitFor();
  const file = { name: 'receipt.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('list', { name: 'Files' }).getByText('receipt.pdf').waitFor();
  expect(await text.inputValue()).toContain('prepaid credits');
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    expect(await seriousFindings(page)).toEqual([]);
  }
  await shoot(page, 'console-dispute');
  await button(page, 'Send to the bank').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('this text and 1 file').waitFor();
  await dialog.getByRole('button', { name: 'Send to the bank' }).click();
  await page.getByText('It was answered. The bank decides.').waitFor();
  await page.getByRole('region', { name: 'Answers' }).getByText('receipt.pdf (receipt)').waitFor();
  await page.goto('/console/disputes?waits=answer');
  await page.getByText('No dispute fits').waitFor();
});

it('gives a dispute up after saying what that means, and says at Razorpay that text alone is not taken', async () => {
  const id = await disputed('indu', 'razorpay');
  const page = await stand.open(`/console/disputes/${id}`, { before: as('finance'), scheme: 'dark' });
  await page.getByText('takes no text alone').waitFor();
  expect(await button(page, 'Send to the bank').isDisabled()).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);
  await button(page, 'Accept the dispute').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Nothing takes it back').waitFor();
  await dialog.getByRole('button', { name: 'Give up ₹100.00' }).click();
  await dialog.getByText('Say why').waitFor();
  await dialog.getByLabel('Reason').fill('They are right');
  await dialog.getByRole('button', { name: 'Give up ₹100.00' }).click();
  await page.getByText('The bank has decided for the payer').waitFor();
  await shoot(page, 'console-dispute-lost');
});

it('shows support what is at stake, and no button that it may not press', async () => {
  const id = await disputed('jaya', 'stripe', 'dispute_inquiry');
  const page = await stand.open(`/console/disputes/${id}`, { before: as('support') });
  await page.getByText('The bank asks, and has taken nothing.').waitFor();
  expect(await button(page, 'Send to the bank').count()).toBe(0);
  expect(await button(page, 'Accept the dispute').count()).toBe(0);
  await heading(page, /₹100.00/);
});
