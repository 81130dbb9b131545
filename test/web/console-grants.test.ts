// Campaigns and their codes in the console: made, changed, redeemed, and taken back.
import { seriousFindings, shoot } from './browser';
import { as, button, heading, useConsole } from './console-stand';

const stand = useConsole();

it('makes a campaign and a code, shows what a user redeemed, and takes it all back', async () => {
  const page = await stand.open('/console/campaigns', { before: as('finance') });
  await page.getByText('No campaigns').waitFor();
  await button(page, 'New campaign').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Key').fill('spring');
  await dialog.getByLabel('Name').fill('Spring sale');
  await dialog.getByLabel('Budget in credits').fill('60');
  await dialog.getByLabel('Days that a grant lasts').fill('30');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await page.getByRole('link', { name: 'Spring sale' }).click();
  await heading(page, /Spring sale/);
  await button(page, 'New code').click();
  await dialog.getByLabel('Code').fill('SPRING-2026-X');
  await dialog.getByLabel('Credits for each user').fill('20');
  await dialog.getByLabel('How often in all').fill('1');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await page.getByRole('region', { name: 'Codes' }).getByText('active').waitFor();

  const payer = await stand.gateway.as('kiran');
  const answer = await payer.mutate('redeemPromoCode', { code: 'spring-2026-x' }, 'grant { credits }');
  expect(answer.grant).toEqual({ credits: 20 });
  await page.reload();
  await page.getByRole('region', { name: 'Codes' }).getByText('used up').waitFor();
  await page.getByRole('region', { name: 'Grants' }).getByRole('link', { name: 'kiran' }).first().waitFor();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    expect(await seriousFindings(page)).toEqual([]);
  }
  await shoot(page, 'console-campaign');

  await button(page, 'Revoke').click();
  await dialog.getByLabel('Reason').fill('Given to the wrong people');
  await dialog.getByRole('button', { name: 'Revoke all of it' }).click();
  await page
    .getByText(/^(being )?revoked$/)
    .first()
    .waitFor();
  expect(await button(page, 'Change').count()).toBeLessThanOrEqual(1);
  await page.goto(`${stand.gateway.url}/console/promo-codes`);
  await page.getByRole('cell', { name: '1 of 1' }).waitFor();
  await shoot(page, 'console-promo-codes');
});
