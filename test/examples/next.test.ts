// The example of Next: server components, route handlers, and the hooks in client components.
import { eventually } from '../support/eventually';
import { seriousFindings, shoot } from '../web/browser';
import { useExample } from './example';

const example = useExample('next');

it('sells credits by the hooks, spends them in a route handler, and shows the balance that the gateway has', async () => {
  const page = await example.open();
  const balance = page.locator('output b');
  const write = () => page.getByRole('button', { name: 'Write it for 3 credits' }).click();
  await balance.getByText('0', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Buy 120 credits' }).waitFor();
  await write();
  await page.getByText('A haiku costs 3 credits, and you have fewer.').waitFor();

  await page.getByRole('button', { name: 'Buy 120 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
  await balance.getByText('120', { exact: true }).waitFor();
  await write();
  await balance.getByText('117', { exact: true }).waitFor();
  await page.locator('blockquote p').nth(2).waitFor();
  example.spent();

  const [user] = await page.context().cookies(example.url);
  expect(await example.available(user?.value ?? '')).toBe(117);
});

it('has the balance in the first HTML, and keeps what the gateway delivered', async () => {
  const page = await example.open();
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('50 credits added').waitFor();
  const [user] = await page.context().cookies(example.url);
  const html = async () => (await fetch(example.url, { headers: { cookie: `user=${user?.value}` } })).text();

  expect(await html()).toContain('<b>50</b>');
  await eventually(html, (text) => text.includes('credits.granted'));
  await page.reload();
  await page.getByText('credits.granted 50 credits').waitFor();
  await page.getByRole('button', { name: 'Buy 50 credits' }).waitFor();
  await shoot(page, 'example-next');
  expect(await seriousFindings(page)).toEqual([]);
});

it('believes no delivery that the gateway did not sign', async () => {
  const response = await fetch(`${example.url}/hooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1', 'webhook-signature': 'v1,AAAA' },
    body: '{"id":"evt_1","type":"credits.granted","userId":"user_1","data":{"credits":1000000}}',
  });

  expect(response.status).toBe(400);
});
