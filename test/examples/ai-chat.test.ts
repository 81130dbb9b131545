// The example of an AI chat: credits are held while an answer is streamed, and what it used is spent.
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { seriousFindings, shoot } from '../web/browser';
import { useExample } from './example';

const example = useExample('ai-chat');

const balanceOf = (page: Page) => page.locator('#balance');
const shows = (page: Page, text: string) => balanceOf(page).getByText(text, { exact: true }).waitFor();
const ask = async (page: Page, question: string) => {
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Ask' }).click();
};
const buy = async (page: Page, credits: number) => {
  await page.getByRole('button', { name: `Buy ${credits} credits` }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
};
const userOf = async (page: Page) => (await page.context().cookies(example.url))[0]?.value ?? '';
/** Waits until the nth answer is being written. */
const begun = (page: Page, nth: number) =>
  page
    .locator('.theirs')
    .nth(nth - 1)
    .getByText('story')
    .waitFor();

it('offers credits to who has none, holds what an answer may cost, and spends what it cost', async () => {
  const page = await example.open();
  await shows(page, '0');
  await ask(page, 'What are credits?');
  await page.getByText('You have no credits left.').waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Buy credits' }).click();
  await buy(page, 50);
  await shows(page, '50');

  await ask(page, 'What are credits?');
  await shows(page, ', 20 set aside');
  await page.locator('.cost', { hasText: 'credits' }).waitFor();
  example.spent();

  const answer = (await page.locator('.theirs').textContent()) ?? '';
  const spent = Math.ceil(answer.trim().split(/\s+/).length / 10);
  expect(await page.locator('.cost').textContent()).toBe(`${spent} credits`);
  await shows(page, String(50 - spent));
  expect(await example.available(await userOf(page))).toBe(50 - spent);
  expect(await example.holds(await userOf(page))).toMatchObject([
    { status: 'settled', credits: 20, settledCredits: spent },
  ]);
  await shoot(page, 'example-ai-chat-answered');
  expect(await seriousFindings(page)).toEqual([]);
});

it('gives back all that was held when the answer is stopped, and when the page is closed', async () => {
  const page = await example.open();
  await page.getByRole('button', { name: 'Buy credits' }).first().click();
  await buy(page, 50);
  await shows(page, '50');
  const userId = await userOf(page);

  await ask(page, 'Tell me a long story');
  await begun(page, 1);
  expect(await example.available(userId)).toBe(30);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped. Nothing was spent.').waitFor();
  await shows(page, '50');
  expect(await example.available(userId)).toBe(50);

  await ask(page, 'Tell me a long story');
  await begun(page, 2);
  expect(await example.available(userId)).toBe(30);
  await page.close();
  await eventually(
    () => example.available(userId),
    (available) => available === 50,
  );
  expect((await example.holds(userId)).map(({ status }) => status)).toEqual(['released', 'released']);
});

it('ends an answer where the credits end, and sells more', async () => {
  const page = await example.open();
  await page.getByRole('button', { name: 'Buy credits' }).first().click();
  await buy(page, 50);
  await shows(page, '50');
  for (const left of ['30', '10', '0']) {
    await ask(page, 'Tell me a long story');
    await page.getByRole('button', { name: 'Ask' }).waitFor();
    await shows(page, left);
  }
  expect(await page.getByText('The answer ends here').count()).toBe(3);
  const lengths = await page.locator('.theirs').allTextContents();
  expect(lengths.map((text) => text.trim().split(/\s+/).length)).toEqual([200, 200, 100]);
  await ask(page, 'And then?');
  await page.getByText('You have no credits left.').waitFor();
  await shoot(page, 'example-ai-chat');
  await page.getByRole('alert').getByRole('button', { name: 'Buy credits' }).click();
  await page.getByRole('button', { name: 'Buy 50 credits' }).waitFor();
  await shoot(page, 'example-ai-chat-buy');
  expect(await seriousFindings(page)).toEqual([]);
  expect(await example.available(await userOf(page))).toBe(0);
});
