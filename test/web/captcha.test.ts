// A payer of whom the gateway wants a captcha, in the shop: by the hooks and by the tag. The captcha is drawn by a script of another
// host, as its provider serves it.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';

const WIDGET = `window.turnstile = { render(at, { sitekey, callback }) {
  const box = document.createElement('button');
  box.textContent = 'I am a person (' + sitekey + ')';
  box.onclick = () => callback('solved');
  at.append(box);
} };`;

const provider = http.createServer((request, response) => {
  if (request.url === '/api.js') {
    response.setHeader('content-type', 'text/javascript');
    return response.end(WIDGET);
  }
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  return request.on('end', () =>
    response.end(JSON.stringify({ success: new URLSearchParams(text).get('response') === 'solved' })),
  );
});

const stand = useBrowser(async () => {
  await new Promise<void>((resolve) => {
    provider.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(provider.address() as AddressInfo).port}`;
  stand.friends.add(host);
  return {
    ...{ RISK: 'act', RISK_RULES_APPROVAL: 'off', RISK_CAPTCHA_SITE_KEY: 'site', RISK_CAPTCHA_SECRET: 's' },
    ...{ RISK_CAPTCHA_URL: `http://${host}/siteverify`, RISK_CAPTCHA_SCRIPT: `http://${host}/api.js` },
  };
});
afterAll(() => void provider.close());

/** From now on the rules say this of every purchase. */
async function say(decision: 'challenge' | 'block'): Promise<void> {
  const admin = await stand.gateway.as('ada', 'admin');
  const rule = { code: 'purchases', signal: 'user_purchases_1h', at_least: 1, weight: 1, decision };
  const document = { thresholds: { challenge: 60, review: 70, block: 80 }, rules: [rule] };
  const { rules } = await admin.mutate('proposeRiskRules', { document }, 'rules { version }');
  await admin.mutate('activateRiskRules', { version: rules.version }, 'rules { state }');
}

const shop = (userId: string) =>
  stand.open('/shop', {
    before: async (page: Page) => {
      await page.addInitScript(`sessionStorage.setItem('credits-gateway:shopper', '${userId}')`);
    },
  });
const buy = (page: Page) => page.getByRole('button', { name: 'Buy 120 credits' }).click();

it('lets an honest payer who has to solve a captcha leave it, solve it the next time, and pay', async () => {
  await say('challenge');
  const page = await shop('user_1');
  await buy(page);
  const dialog = page.getByRole('dialog', { name: 'Please confirm that you are a person' });
  await dialog.getByRole('button', { name: 'I am a person (site)' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await shoot(page, 'shop-captcha');
  await page.keyboard.press('Escape');
  await page.getByRole('alert').getByText('Please confirm that you are a person').waitFor();
  await buy(page);
  await dialog.getByRole('button', { name: 'I am a person (site)' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
});

it('does the same by the tag, and tells who is blocked a number for support', async () => {
  await say('challenge');
  const page = await shop('user_2');
  await page.getByRole('button', { name: 'HTML element' }).click();
  await buy(page);
  await page.getByRole('button', { name: 'I am a person (site)' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
  await say('block');
  await page.getByRole('button', { name: 'Buy more' }).click();
  await buy(page);
  await page.getByText(/tell support this number: rsk_\w+/).waitFor();
  await shoot(page, 'shop-element-blocked');
});
