// The example for express: a paid endpoint, the live balance, and deliveries.
import { seriousFindings, shoot } from '../web/browser';
import { useExample } from './example';

const example = useExample('express');

it('sells credits, spends them at a paid endpoint, and shows the balance that the gateway has', async () => {
  const page = await example.open();
  const balance = page.locator('#balance b');
  await balance.getByText('0', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Make it for 5 credits' }).click();
  await page.getByText('A poster costs 5 credits, and you have fewer.').waitFor();

  await page.getByRole('button', { name: 'Buy 120 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
  await balance.getByText('120', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Make it for 5 credits' }).click();
  await page.getByRole('img', { name: 'Hello, credits' }).waitFor();
  await balance.getByText('115', { exact: true }).waitFor();
  example.spent();

  const deliveries = page.locator('#deliveries');
  await deliveries.getByText('credits.granted 120 credits').waitFor();
  await deliveries.getByText('credits.spent 5 credits').waitFor();
  await shoot(page, 'example-express-spent');
  expect(await seriousFindings(page)).toEqual([]);
  const [user] = await page.context().cookies(example.url);
  expect(await example.available(user?.value ?? '')).toBe(Number(await balance.textContent()));
});

it('takes credits once for a request that is sent twice', async () => {
  const page = await example.open();
  await page.getByRole('button', { name: 'Buy 50 credits' }).waitFor();
  await shoot(page, 'example-express');
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.locator('#balance b').getByText('50', { exact: true }).waitFor();
  const send = () =>
    page.evaluate(`fetch('/api/posters', {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'one-click-1', words: 'Twice' }) }).then((answer) => answer.status)`);

  expect(await Promise.all([send(), send()])).toEqual([200, 200]);

  const [user] = await page.context().cookies(example.url);
  expect(await example.available(user?.value ?? '')).toBe(45);
});

it('believes no delivery that the gateway did not sign', async () => {
  const response = await fetch(`${example.url}/hooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': 'v1,AAAA',
    },
    body: '{"id":"evt_1","type":"credits.granted","userId":"user_1","data":{"credits":1000000}}',
  });

  expect(response.status).toBe(400);
});
