// The documents, as somebody reads them.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';

const stand = useBrowser();

const headingOf = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();

it('finds a section by a word, with keys alone, and goes there', async () => {
  const page = await stand.open('/docs/');
  await page.getByRole('button', { name: /^Search/ }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('rotateWebhook');
  await page.getByRole('status').getByText('found').waitFor();
  await shoot(page, 'docs-search');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#/);
  expect(page.url()).toContain('/docs/');
});

it('says when nothing is found, and closes with Escape', async () => {
  const page = await stand.open('/docs/sign-in.html');
  await page.getByRole('button', { name: /^Search/ }).click();
  await page.getByRole('searchbox', { name: 'Search' }).fill('zzzzzz');
  await page.getByText('Nothing found.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

it('is read without JavaScript, menu and links included', async () => {
  const response = await fetch(`${stand.gateway.url}/docs/sign-in.html`);
  const text = await response.text();
  expect(text).toContain('<h1>Sign-in</h1>');
  expect(text).toContain('aria-current="page">Sign-in</a>');
});

it('keeps the theme that was chosen', async () => {
  const page = await stand.open('/docs/');
  const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  const button = page.getByRole('button', { name: /^Theme/ });
  await button.click();
  await button.click();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  expect(await background()).not.toBe(light);
  const dark = await background();
  await page.goto('/docs/sign-in.html');
  expect(await background()).toBe(dark);
});

it('has its menu behind a button on a telephone', async () => {
  const page = await stand.open('/docs/');
  await page.setViewportSize({ width: 390, height: 860 });
  const menu = page.getByRole('navigation', { name: 'Documents' });
  const entry = menu.getByRole('link', { name: 'Sign-in', exact: true });
  await entry.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Menu' }).click();
  await entry.click();
  await page.waitForURL(/sign-in/);
  expect(await headingOf(page)).toBe('Sign-in');
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('has no serious accessibility finding, %s, %i wide', async (scheme, width) => {
  for (const address of ['', 'sign-in.html', 'events.html', 'decisions.html']) {
    const page = await stand.open(`/docs/${address}`, { scheme });
    await page.setViewportSize({ width, height: 860 });
    await page.getByRole('button', { name: /^Search/ }).waitFor();
    expect({ address, findings: await seriousFindings(page) }).toEqual({ address, findings: [] });
    if (address === 'sign-in.html' && width === 1280) await shoot(page, `docs-${scheme}`);
  }
  const page = await stand.open('/docs/', { scheme });
  await page.setViewportSize({ width, height: 860 });
  await page.getByRole('button', { name: /^Search/ }).click();
  await page.keyboard.type('refund');
  await page
    .getByRole('status')
    .getByText(/found|first/)
    .waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});
