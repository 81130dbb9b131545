// Wallets that several share, as operators see them: who belongs to one, what becomes of its credits, and the way there.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot } from './browser';
import { as, button, heading, useConsole } from './console-stand';

const stand = useConsole();
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const rowsOf = (page: Page, name: string) => region(page, name).first().locator('tbody tr');
const pathOf = (page: Page) => new URL(page.url()).pathname;
const made = { walletId: '', empty: '', intentId: '', byShop: '' };
const wallet = () => `/console/wallets/${made.walletId}`;

beforeAll(async () => {
  const { gateway } = stand;
  const [shop, olga, mel] = await Promise.all([
    gateway.as('shop', 'service'),
    gateway.as('olga'),
    gateway.as('mel'),
  ]);
  const sure = async (answer: Promise<Record<string, any>>) => {
    const { errors, ...rest } = await answer;
    expect(errors).toEqual([]);
    return rest;
  };
  await sure(shop.mutate('upsertUser', { id: 'olga', name: 'Olga Owner' }, 'user { name }'));
  const walletOf = async (name: string) => {
    const input = { name, ownerId: 'olga', idempotencyKey: name };
    return (await sure(shop.mutate('createWallet', input, 'wallet { id }'))).wallet.id as string;
  };
  made.walletId = await walletOf('Banyan Films');
  made.empty = await walletOf('Nothing yet');
  const { walletId } = made;
  for (const [userId, role] of [
    ['mary', 'manager'],
    ['mel', 'member'],
  ])
    await sure(shop.mutate('setWalletMember', { walletId, userId, role }, 'wallet { id }'));
  const bought = async (payer: typeof olga, idempotencyKey: string) => {
    const wish = { walletId, packageId: 'small', provider: 'stripe', idempotencyKey };
    const { intent } = await sure(payer.mutate('createIntent', wish, 'intent { id }'));
    return intent.id as string;
  };
  made.intentId = await bought(olga, 'olga-1');
  made.byShop = await bought(shop, 'shop-1');
  await sure(olga.mutate('simulatePayment', { id: made.intentId, outcome: 'succeed' }, 'intent { status }'));
  const limit = { walletId, memberId: 'mel', per: 'month', credits: 20, timeZone: 'Asia/Kolkata' };
  await sure(shop.mutate('setSpendLimit', limit, 'balance { id }'));
  const spend = { walletId, credits: 8, reason: 'Subtitles', idempotencyKey: 's' };
  await sure(mel.mutate('spendCredits', spend, 'balance { credits }'));
  const hold = { walletId, credits: 5, reason: 'A film', ttlSeconds: 3_600, idempotencyKey: 'h' };
  await sure(mel.mutate('holdCredits', hold, 'hold { id }'));
});

it('shows what a shared wallet has, who belongs to it, what limits them, and who spent and holds what', async () => {
  const page = await stand.open(wallet(), { before: as('support') });
  await heading(page, 'Banyan Films');
  expect(await page.locator('.who').textContent()).toMatch(/^wal_.*made .* by shop$/);
  const figures = await page.locator('.figures > div').allTextContents();
  expect(figures).toEqual(['Credits42', 'Available37', 'Held5', 'Frozen0', 'Owed0']);
  const members = (await rowsOf(page, 'Members').allTextContents()).map((row) => row.slice(0, 14));
  expect(members).toEqual([
    'Olga Owner olg',
    expect.stringMatching(/^marymanager/),
    expect.stringMatching(/^melmember/),
  ]);
  expect(await rowsOf(page, 'Spend limits').textContent()).toMatch(/^mel 20 a month857.*Asia\/Kolkata$/);
  const spent = rowsOf(page, 'Credits').filter({ hasText: 'Subtitles' });
  expect(await spent.getByRole('link').getAttribute('href')).toBe('/console/users/mel');
  await rowsOf(page, 'Holds').filter({ hasText: 'A film' }).getByRole('link', { name: 'mel' }).waitFor();
  await region(page, 'Newest payments').getByText('succeeded').waitFor();
  await shoot(page, 'console-wallet');
  expect(await seriousFindings(page)).toEqual([]);
  const dark = await stand.open(wallet(), { before: as('support'), scheme: 'dark' });
  await heading(dark, 'Banyan Films');
  await shoot(dark, 'console-wallet-dark');
  expect(await seriousFindings(dark)).toEqual([]);
});

it('leads from a wallet to its members and from these back, by keyboard too', async () => {
  const page = await stand.open(wallet(), { before: as('support') });
  await heading(page, 'Banyan Films');
  const first = region(page, 'Members').first().locator('a.first').first();
  await first.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await heading(page, 'mel');
  expect(await rowsOf(page, 'Shared wallets').allTextContents()).toEqual([
    expect.stringMatching(/^Banyan Filmsmember37/),
  ]);
  await shoot(page, 'console-user-wallets');
  await rowsOf(page, 'Shared wallets').getByRole('link').click();
  await heading(page, 'Banyan Films');
});

it('finds a wallet by its id, however it is written, and leads there from users and payments', async () => {
  const page = await stand.open('/console/health', { before: as('support') });
  await heading(page, /./);
  await page.keyboard.press('/');
  await page.keyboard.type(made.walletId.toUpperCase());
  await page.keyboard.press('Enter');
  await heading(page, 'Banyan Films');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What to do' }).fill(made.empty);
  const options = page.getByRole('option');
  expect((await options.allTextContents()).filter((text) => text.startsWith('Find'))).toEqual([
    `Find ${made.empty}`,
  ]);
  await page.keyboard.press('Enter');
  await heading(page, 'Nothing yet');
  // What was kept as a link to a user.
  await page.goto(`/console/users/${made.walletId}`);
  await heading(page, 'Banyan Films');
  expect(pathOf(page)).toBe(wallet());
  await page.goto('/console/users?search=wal_');
  await page.locator('.rows a.first').filter({ hasText: made.walletId }).click();
  await heading(page, 'Banyan Films');
  await page.goto(`/console/payments?user=${made.walletId}`);
  await page
    .locator('.rows tbody tr')
    .filter({ hasText: 'succeeded' })
    .getByRole('link', { name: made.walletId })
    .click();
  await heading(page, 'Banyan Films');
});

it('shows on a payment the wallet that it is for and who made it', async () => {
  const page = await stand.open(`/console/payments/${made.intentId}`, { before: as('support') });
  const facts = region(page, 'Details');
  await facts
    .getByRole('link', { name: 'Olga' })
    .or(facts.getByRole('link', { name: 'olga' }))
    .waitFor();
  await facts.getByRole('link', { name: 'Banyan Films' }).waitFor();
  await shoot(page, 'console-wallet-payment');
  // A back end has no page.
  await page.goto(`/console/payments/${made.byShop}`);
  await facts.getByText('Bought by').waitFor();
  await facts.getByRole('link', { name: 'Banyan Films' }).click();
  await heading(page, 'Banyan Films');
});

it('lets finance adjust a wallet and limit a member of it', async () => {
  const page = await stand.open(wallet(), { before: as('finance') });
  await button(page, 'Set a limit').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Credits').fill('30');
  await dialog.getByRole('button', { name: 'Set to 30' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await rowsOf(page, 'Spend limits').getByText('30 a month').waitFor();
  await button(page, 'Adjust credits').click();
  await dialog.getByText('Adjust the credits of Banyan Films?').waitFor();
  await dialog.getByLabel('Credits').fill('3');
  await dialog.getByLabel('Reason').fill('A poster that came out black');
  await dialog.getByRole('button', { name: 'Adjust by +3' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await rowsOf(page, 'Credits').filter({ hasText: 'A poster that came out black' }).waitFor();
});

it('shows who comes while somebody looks, what is empty, what is not there and what went wrong', async () => {
  const page = await stand.open(`/console/wallets/${made.empty}`, { before: as('support') });
  await page.getByText('Nothing was added or taken yet.').waitFor();
  expect(await rowsOf(page, 'Members').count()).toBe(1);
  const shop = await stand.gateway.as('shop', 'service');
  await shop.mutate(
    'setWalletMember',
    { walletId: made.empty, userId: 'max', role: 'member' },
    'wallet { id }',
  );
  await rowsOf(page, 'Members').filter({ hasText: 'max' }).waitFor();
  const absent = `wal_${'0'.repeat(26)}`;
  await page.goto(`/console/wallets/${absent}`);
  await page.getByText('No wallet has this id').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.route('**/graphql', (route) =>
    /SharedWalletDetail/.test(route.request().postData() ?? '') ? route.abort() : route.continue(),
  );
  await page.goto(wallet());
  await page.getByText('The gateway cannot be reached.').waitFor();
  await page.unroute('**/graphql');
  // News of the wallet may have it asked for before somebody presses.
  const again = page.getByRole('button', { name: 'Try again' });
  await again.click({ timeout: 3_000 }).catch(async () => expect(await again.count()).toBe(0));
  await heading(page, 'Banyan Films');
});
