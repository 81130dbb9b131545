// The example of one page: <buy-credits> as the gateway serves it, on Node's own server.
import { seriousFindings, shoot } from '../web/browser';
import { useExample } from './example';

const example = useExample('plain-page');

it('sells credits by one tag, spends them, and shows the balance that the gateway has', async () => {
  const page = await example.open();
  const balance = page.locator('output b');
  const ask = () => page.getByRole('button', { name: 'Tell me my fortune' }).click();
  await balance.getByText('0', { exact: true }).waitFor();
  await ask();
  await page.getByText('A fortune costs 1 credit, and you have none.').waitFor();

  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('50 credits added').waitFor();
  await balance.getByText('50', { exact: true }).waitFor();
  await ask();
  await balance.getByText('49', { exact: true }).waitFor();
  await page.locator('#fortune.told').waitFor();
  example.spent();

  const [user] = await page.context().cookies(example.url);
  expect(await example.available(user?.value ?? '')).toBe(49);
  await page.reload();
  await balance.getByText('49', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Buy 50 credits' }).waitFor();
  await shoot(page, 'example-plain-page');
  expect(await seriousFindings(page)).toEqual([]);
});

it('takes a credit once for a request that is sent twice', async () => {
  const page = await example.open();
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('50 credits added').waitFor();
  const send = () =>
    page.evaluate("fetch('/api/fortunes?id=one-click', { method: 'POST' }).then((answer) => answer.json())");

  const [first, second] = await Promise.all([send(), send()]);

  expect(second).toEqual(first);
  const [user] = await page.context().cookies(example.url);
  expect(await example.available(user?.value ?? '')).toBe(49);
});
