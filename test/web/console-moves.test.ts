// Credits that finance moves from one wallet to another: what is said before, what both pages show after, and who is not offered it.
import { seriousFindings, shoot, useBrowser } from './browser';
import { as, button, heading } from './console-stand';

const stand = useBrowser();
const made = { walletId: '' };

beforeAll(async () => {
  const [shop, olga] = await Promise.all([stand.gateway.as('shop', 'service'), stand.gateway.as('olga')]);
  const input = { name: 'Banyan Films', ownerId: 'olga', idempotencyKey: 'banyan' };
  made.walletId = (await shop.mutate('createWallet', input, 'wallet { id }')).wallet.id;
  const wish = { packageId: 'small', provider: 'stripe', idempotencyKey: 'one' };
  const { intent } = await olga.mutate('createIntent', wish, 'intent { id }');
  await olga.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const hold = { credits: 8, reason: 'A film', ttlSeconds: 3_600, idempotencyKey: 'h' };
  expect((await olga.mutate('holdCredits', hold, 'hold { id }')).errors).toEqual([]);
});

const open = (path: string, role: string) => stand.open(path, { before: as(role) });

it('says before how many can be moved, moves what was bought, and shows it in plain words on both sides', async () => {
  const page = await open('/console/users/olga', 'finance');
  await button(page, 'Move credits').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('At most 42: bought').waitFor();
  await dialog.getByLabel('To', { exact: false }).first().fill(made.walletId);
  await dialog.getByLabel('Credits').fill('43');
  await dialog.getByLabel('Reason').fill('She joined Banyan');
  await button(page, 'Move 43').click();
  await dialog.getByText('43 credits were to be moved, 42 can be. The others stay: 8 on hold.').waitFor();
  await dialog.getByLabel('Credits').fill('30');
  await shoot(page, 'console-move');
  expect(await seriousFindings(page)).toEqual([]);
  await button(page, 'Move 30').click();
  await page.getByText(`30 credits went from olga to ${made.walletId}.`).waitFor();
  await page.getByRole('region', { name: 'Credit transactions' }).getByText('She joined Banyan').waitFor();
  const figures = page.locator('.figures > div');
  expect((await figures.allTextContents()).slice(0, 3)).toEqual(['Credits20', 'Available12', 'Held8']);
  await shoot(page, 'console-moved');

  const other = await open(`/console/wallets/${made.walletId}`, 'finance');
  await heading(other, 'Banyan Films');
  expect((await other.locator('.figures > div').allTextContents())[0]).toBe('Credits30');
  await other.getByText('She joined Banyan').first().waitFor();
  await shoot(other, 'console-moved-in');
});

it('begins anew after a refusal, which is kept under its key, for an adjustment too', async () => {
  const page = await open('/console/users/olga', 'finance');
  await button(page, 'Adjust credits').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Credits').fill('-500');
  await dialog.getByLabel('Reason').fill('Given twice');
  await button(page, /^Adjust by .500$/).click();
  await dialog.getByText('500 credits were to be taken').waitFor();
  await dialog.getByLabel('Credits').fill('-2');
  await button(page, /^Adjust by .2$/).click();
  await page.getByText(/^.2 credits for olga\.$/).waitFor();
});

it('is not offered to support', async () => {
  const page = await open('/console/users/olga', 'support');
  await page.getByRole('region', { name: 'Credit transactions' }).waitFor();
  expect(await button(page, 'Move credits').count()).toBe(0);
});
