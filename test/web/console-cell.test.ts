// What the console says at first sight: of which cell it is, why credits moved, that something changed under an open dialog, and where a
// shared wallet is whose name somebody types.
import { seriousFindings, shoot, useBrowser } from './browser';
import { as, button, heading } from './console-stand';

const stand = useBrowser({ CELL: 'eu-west' });
const made = { walletId: '' };

beforeAll(async () => {
  const [finance, shop] = await Promise.all([
    stand.gateway.as('fin_1', 'finance'),
    stand.gateway.as('shop', 'service'),
  ]);
  const given = { userId: 'asha', credits: 90, reason: 'An apology for Monday', idempotencyKey: 'a-1' };
  expect((await finance.mutate('adjustCredits', given, '__typename')).errors).toEqual([]);
  const input = { name: 'Banyan', ownerId: 'olga', idempotencyKey: 'banyan' };
  made.walletId = (await shop.mutate('createWallet', input, 'wallet { id }')).wallet.id;
});

it('names its cell in the header, on a telephone too', async () => {
  const page = await stand.open('/console', { before: as('support') });
  await page.getByTitle('The cell eu-west. Users of other cells are not here.').waitFor();
  await shoot(page, 'console-cell');
  await page.setViewportSize({ width: 390, height: 860 });
  expect(await page.getByText('eu-west', { exact: true }).isVisible()).toBe(true);
});

it('shows why credits moved on a telephone', async () => {
  const page = await stand.open('/console/users/asha', { before: as('support') });
  await page.setViewportSize({ width: 390, height: 860 });
  await page
    .getByRole('region', { name: 'Credit transactions' })
    .getByText('An apology for Monday')
    .waitFor();
  await shoot(page, 'console-movement');
});

it.each(['light', 'dark'] as const)(
  'says readably in %s that something changed under an open dialog',
  async (scheme) => {
    const page = await stand.open('/console/users/asha', { before: as('finance'), scheme });
    await button(page, /^Adjust/)
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    const spend = { credits: 3, reason: 'A report', idempotencyKey: `under-${scheme}` };
    await (await stand.gateway.as('asha')).mutate('spendCredits', spend, '__typename');
    await page.getByText('Changed while this was open').waitFor();
    await shoot(page, `console-changed-${scheme}`);
    expect(await seriousFindings(page)).toEqual([]);
  },
);

it('finds a shared wallet by how its name begins, from the search and from the palette', async () => {
  const page = await stand.open('/console/users?search=bany', { before: as('support') });
  const found = page.locator('.rows a.first', { hasText: 'Banyan' });
  await found.waitFor();
  await shoot(page, 'console-find-wallet');
  await found.click();
  await heading(page, 'Banyan');
  expect(page.url()).toContain(made.walletId);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What to do' }).fill('Banyan');
  await page.getByRole('option', { name: 'among users and wallets' }).click();
  await found.waitFor();
});
