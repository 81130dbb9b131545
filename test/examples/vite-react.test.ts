// The example of Vite and React: hooks for the balance and a purchase.
import { seriousFindings, shoot } from '../web/browser';
import { useExample } from './example';

const example = useExample('vite-react');

it('sells credits by the hooks, spends them, and shows the balance that the gateway has', async () => {
  const page = await example.open();
  const balance = page.locator('output b');
  const make = () => page.getByRole('button', { name: 'Make it for 2 credits' }).click();
  await balance.getByText('0', { exact: true }).waitFor();
  await make();
  await page.getByText('A palette costs 2 credits, and you have fewer.').waitFor();

  await page.getByRole('button', { name: 'Buy 120 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
  await balance.getByText('120', { exact: true }).waitFor();
  await make();
  await balance.getByText('118', { exact: true }).waitFor();
  await page.getByLabel('Your palette').getByRole('listitem').nth(4).waitFor();
  example.spent();

  expect(await page.getByRole('alert').count()).toBe(0);
  const [user] = await page.context().cookies(example.url);
  expect(await example.available(user?.value ?? '')).toBe(118);
  await shoot(page, 'example-vite-react');
  expect(await seriousFindings(page)).toEqual([]);
});

it('shows what the bank says, lets the payer try again, and finds the purchase again after a reload', async () => {
  const page = await example.open();
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByLabel('What the simulated bank does').selectOption('decline');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await shoot(page, 'example-vite-react-declined');
  expect(await seriousFindings(page)).toEqual([]);
  await page.reload();
  await page.getByLabel('What the simulated bank does').selectOption('succeed');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('50 credits added').waitFor();
  await page.locator('output b').getByText('50', { exact: true }).waitFor();
});
