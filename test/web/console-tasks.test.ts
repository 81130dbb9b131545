// The five things that an operator does most, as a person does them: how many clicks, keys and seconds each takes. docs/console.md has
// what it printed. Clicks are held, because they are the screens'; seconds are the machine's and are only told.
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { shoot } from './browser';
import { as, button, useConsole } from './console-stand';

const stand = useConsole();
const table: string[] = [];
afterAll(() => {
  process.stdout.write(`\n  ${'task'.padEnd(48)} clicks typed seconds\n${table.join('\n')}\n`);
});

/** A person's hands: what they do is counted. */
function hands() {
  const done = { clicks: 0, typed: 0 };
  return {
    done,
    click: async (target: Locator) => {
      done.clicks++;
      await target.click();
    },
    type: async (target: Locator, text: string) => {
      done.typed++;
      await target.fill(text);
    },
  };
}
type Hands = ReturnType<typeof hands>;

/** @param show what the picture shows, where that is not where the task ends */
async function timed(
  name: string,
  clicksMax: number,
  page: Page,
  task: (hand: Hands) => Promise<unknown>,
  show: () => Promise<unknown> = async () => {},
) {
  const hand = hands();
  const from = performance.now();
  await task(hand);
  const seconds = (performance.now() - from) / 1000;
  await show();
  await shoot(page, `task-${name.replaceAll(' ', '-').replaceAll(',', '')}`);
  table.push(
    `  ${name.padEnd(48)} ${String(hand.done.clicks).padStart(6)} ${String(hand.done.typed).padStart(5)} ${seconds.toFixed(1).padStart(7)}`,
  );
  expect(hand.done.clicks).toBeLessThanOrEqual(clicksMax);
}

async function bought(userId: string): Promise<string> {
  const payer = await stand.gateway.as(userId);
  const input = { packageId: 'medium', provider: 'stripe', idempotencyKey: userId };
  const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { id }');
  return intent.id;
}

it('finds a payment by what a customer says', async () => {
  await bought('meera');
  const page = await stand.open('/console', { before: as('support') });
  await page.getByText('Newest payments').waitFor();
  await timed('find a payment by what a customer says', 2, page, async (hand) => {
    await hand.type(page.getByLabel('Search'), 'meera');
    await page.keyboard.press('Enter');
    const row = page.getByRole('link', { name: /₹100/ }).first();
    await hand.click(row);
    await page.getByRole('region', { name: 'Timeline' }).waitFor();
  });
});

it('explains missing credits', async () => {
  await bought('nila');
  const payer = await stand.gateway.as('nila');
  const spend = { credits: 70, reason: 'A film of two minutes', idempotencyKey: 'film' };
  await payer.mutate('spendCredits', spend, 'transaction { id }');
  const page = await stand.open('/console', { before: as('support') });
  await page.getByText('Newest payments').waitFor();
  await timed('explain missing credits', 2, page, async (hand) => {
    await hand.click(page.getByRole('link', { name: 'nila' }).first());
    await page.getByText('A film of two minutes').waitFor();
  });
});

it('refunds half', async () => {
  const id = await bought('omar');
  const page = await stand.open('/console', { before: as('finance') });
  await page.getByText('Newest payments').waitFor();
  await timed('refund half', 3, page, async (hand) => {
    await hand.click(page.locator(`a[href$="/payments/${id}"]`).first());
    await hand.click(button(page, 'Refund'));
    const dialog = page.getByRole('dialog');
    await hand.type(dialog.getByLabel('Amount in INR'), '50');
    await hand.type(dialog.getByLabel('Reason'), 'Half of it was used');
    await hand.click(dialog.getByRole('button', { name: 'Refund ₹50.00' }));
    await page.getByRole('region', { name: 'Refunds', exact: true }).getByText('succeeded').waitFor();
  });
});

it('answers a dispute', async () => {
  const id = await bought('priya');
  const payer = await stand.gateway.as('priya');
  await payer.mutate('simulatePayment', { id, outcome: 'dispute_open' }, 'intent { id }');
  await eventually(
    () => payer.query('query ($id: ID!) { intent(id: $id) { disputes { id } } }', { id }),
    (answer) => answer.data.intent.disputes.length === 1,
  );
  const page = await stand.open('/console', { before: as('finance') });
  await timed('answer a dispute', 5, page, async (hand) => {
    await hand.click(page.getByRole('link', { name: /dispute to answer/ }));
    await hand.click(page.locator('.rows a.first').first());
    await hand.click(button(page, 'Begin with what is known'));
    await hand.click(button(page, 'Send to the bank'));
    await hand.click(page.getByRole('dialog').getByRole('button', { name: 'Send to the bank' }));
    await page.getByText('It was answered. The bank decides.').waitFor();
  });
});

it('closes the month', async () => {
  const page = await stand.open('/console', { before: as('finance') });
  await page.getByText('Newest payments').waitFor();
  const task = async (hand: Hands) => {
    await hand.click(
      page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Month end' }),
    );
    await hand.type(page.getByLabel('Month'), new Date().toISOString().slice(0, 7));
    await page.getByRole('region', { name: 'Trial balance' }).getByText('Total in INR').first().waitFor();
    await hand.click(button(page, 'Export for a spreadsheet'));
    await page
      .getByRole('link', { name: /download/i })
      .first()
      .waitFor({ timeout: 30_000 });
  };
  const show = async () => {
    await page.goBack();
    await page.getByRole('region', { name: 'Trial balance' }).first().waitFor();
  };
  await timed('close the month', 3, page, task, show);
});
