// An operator signs in to the console at an issuer's own page.
import type { Page } from 'playwright-core';
import { type Issuer, startIssuer } from '../support/issuer';
import { seriousFindings, shoot, useBrowser } from './browser';

let issuer: Issuer;
const stand = useBrowser(async () => {
  issuer = await startIssuer();
  return issuer.env;
});
beforeAll(() => stand.friends.add(new URL(issuer.url).host));
afterAll(() => issuer.close());

const leave = async (page: Page) => {
  await page.getByRole('button', { name: `Continue at ${new URL(issuer.url).host}` }).click();
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
};
const approve = async (page: Page, role: string) => {
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Role').fill(role);
  await page.getByRole('button', { name: 'Yes, it is me' }).click();
};

it('sees the screen that was wanted, under the role that the issuer gave, until they sign out', async () => {
  const page = await stand.open('/console/webhooks?status=dead');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByRole('button', { name: /^Continue at / }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  expect(await page.getByLabel("An operator's token").count()).toBe(0);
  await shoot(page, 'console-sign-in');
  await leave(page);
  await approve(page, 'support');

  await page.getByRole('heading', { level: 1, name: 'Webhook events' }).waitFor();
  const { pathname, search } = new URL(page.url());
  expect(pathname + search).toBe('/console/webhooks?status=dead');
  await page.locator('.dot.on').waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');

  // Another load, the same tab.
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Webhook events' }).waitFor();
  await page.getByRole('button', { name: 'Sign out (support)' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

it('is told so when the account is none of an operator', async () => {
  const page = await stand.open('/console');
  await leave(page);
  await approve(page, 'user');
  await page.getByText('This account has no role of an operator.').waitFor();
  await leave(page);
  await approve(page, 'admin');
  await page.getByRole('button', { name: 'Sign out (admin)' }).waitFor();
});

it('gets nothing from an address that somebody else made', async () => {
  const other = await stand.open('/console');
  await leave(other);
  const begun = new URL(other.url());
  const forged = issuer.approve(begun.href, 'eve', 'admin');

  const page = await stand.open(`${forged.pathname}${forged.search}`);
  await page.getByText('This sign-in was not begun here').waitFor();
  expect(new URL(page.url()).search).toBe('');
  const denied = await stand.open('/console/signed-in?error=access_denied&state=x');
  await denied.getByText('The issuer did not sign you in.').waitFor();
});

it('without an issuer that answers is told to try again', async () => {
  const page = await stand.open('/console');
  await page.getByRole('button', { name: /^Continue at / }).waitFor();
  await page.route('**/sign-in', (route) =>
    route.fulfill({ status: 503, json: { message: 'The issuer cannot be asked at the moment. Try again.' } }),
  );
  await page.getByRole('button', { name: /^Continue at / }).click();
  await page.getByText('The issuer cannot be asked at the moment.').waitFor();
});
