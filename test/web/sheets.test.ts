// The providers' payment forms in a product's page: scripts that come fast, slowly, never, twice; a payer who presses twice, closes,
// is declined at once or later, and comes back from a redirect.
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { seriousFindings } from './browser';
import { RAZORPAY_JS, SCRIPTS, STRIPE_JS, served, useSheets } from './sheets-stand';

const sheets = useSheets();

const buy = (page: Page) => page.getByRole('button', { name: 'Buy 120 credits' }).click();
const pay = (page: Page) => page.getByRole('button', { name: 'Pay now' });
const counted = (page: Page) =>
  page.evaluate<Record<string, number | undefined>>(
    '({ loads: window.loads, mounts: window.mounts, confirmations: window.confirmations })',
  );
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('says that the form loads, mounts it once above the button, and confirms once however often that is pressed', async () => {
  const page = await sheets.open('stripe', {
    answers: [async (route) => later(1_500).then(() => served(STRIPE_JS)(route))],
  });
  await buy(page);
  await page.getByRole('status').filter({ hasText: 'Loading the payment form' }).waitFor();
  expect(await pay(page).isDisabled()).toBe(true);
  await page.locator('input').fill('4242');
  await pay(page).waitFor();
  const [form, button] = await Promise.all([page.locator('input').boundingBox(), pay(page).boundingBox()]);
  expect(form?.y).toBeLessThan(button?.y ?? 0);
  expect(await seriousFindings(page)).toEqual([]);
  await pay(page).dblclick();
  await page.getByText('120 credits added').waitFor();
  expect(await counted(page)).toEqual({ loads: 1, mounts: 1, confirmations: 1 });
});

it('says that the form could not be loaded where its script is blocked, and loads it when asked again', async () => {
  const page = await sheets.open('stripe', { answers: [(route) => route.abort(), served(STRIPE_JS)] });
  await buy(page);
  await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  expect(await pay(page).count()).toBe(0);
  await page.getByRole('button', { name: 'Try again' }).click();
  await pay(page).click();
  await page.getByText('120 credits added').waitFor();
});

it('says after 20 seconds that the form could not be loaded when its script never comes', async () => {
  const page = await sheets.open('stripe', {
    answers: [() => undefined, served(STRIPE_JS)],
    before: (page) => page.clock.install(),
  });
  await buy(page);
  await page.getByRole('status').filter({ hasText: 'Loading the payment form' }).waitFor();
  await later(300);
  await page.clock.fastForward(21_000);
  await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await pay(page).click();
  await page.getByText('120 credits added').waitFor();
});

it('says so when the form itself does not load, and takes the script that the page has already', async () => {
  const page = await sheets.open('stripe', {
    head: `<script src="${SCRIPTS.stripe}"></script>`,
    script: 'window.formFails = true',
  });
  await buy(page);
  await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  await page.evaluate('window.formFails = false');
  await page.getByRole('button', { name: 'Try again' }).click();
  await pay(page).click();
  await page.getByText('120 credits added').waitFor();
  expect((await counted(page))['loads']).toBe(1);
});

it.each(['decline', 'processing_then_decline'])(
  'tells of a %s why and what to do, and the next try succeeds',
  async (outcome) => {
    const page = await sheets.open('stripe', { script: `window.outcome = '${outcome}'` });
    await buy(page);
    await pay(page).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /declined/ })
      .waitFor();
    await page.evaluate("window.outcome = 'succeed'");
    await pay(page).click();
    await page.getByText('120 credits added').waitFor();
  },
);

it('says of a decline that nothing was charged, and keeps the payer in the same purchase', async () => {
  const page = await sheets.open('stripe', { script: "window.outcome = 'processing_then_decline'" });
  await buy(page);
  await pay(page).click();
  await page.getByText('Confirming the payment').waitFor();
  await page.getByRole('alert').filter({ hasText: 'Nothing was charged. You can try again.' }).waitFor();
  expect(await page.getByText('You may close this page').count()).toBe(0);
});

it('finds the purchase of a payer who comes back in a tab that remembers nothing, and takes the secret from the address', async () => {
  const userId = `returned_${Date.now()}`;
  const first = await sheets.open('stripe', { userId });
  await buy(first);
  await pay(first).waitFor();
  const { data } = await sheets.query(userId, '{ intents(first: 1) { nodes { id providerIntentId } } }');
  const [{ providerIntentId }] = data.intents.nodes;
  await first.close();
  await sheets.play('stripe', providerIntentId, 'succeed');

  const search = `?order=7&payment_intent=${providerIntentId}&payment_intent_client_secret=${providerIntentId}_secret_x&redirect_status=succeeded`;
  const page = await sheets.open('stripe', { userId, search });
  await page.getByText('120 credits added').waitFor();
  expect(new URL(page.url()).search).toBe('?order=7');
});

it('opens the window of the other provider with what is known of the payer, and says that it was closed', async () => {
  const payer = { name: 'Asha Rao', email: 'asha@example.com', phone: '+919000090000' };
  const page = await sheets.open('razorpay', {
    script: `document.querySelector('buy-credits').payer = ${JSON.stringify(payer)}`,
  });
  await buy(page);
  await pay(page).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page
    .getByRole('alert')
    .filter({ hasText: 'The payment window was closed. You can open it again.' })
    .waitFor();
  expect(await page.evaluate('window.prefill')).toEqual({
    name: 'Asha Rao',
    email: 'asha@example.com',
    contact: '+919000090000',
  });
  await pay(page).click();
  await page.getByRole('button', { name: 'Use a bad card' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('alert').filter({ hasText: 'Your bank said no.' }).waitFor();
  await pay(page).click();
  await page.getByRole('button', { name: 'Pay by UPI' }).click();
  await page.getByText('120 credits added').waitFor();
});

describe('within another app, where windows are blocked', () => {
  const within = async (page: Page): Promise<void> => {
    await page.addInitScript(
      "Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (Linux; Android 15; Pixel; wv) Instagram 300' })",
    );
  };

  it('pays by going to the provider and back, with the proof at the gateway before the page is there again', async () => {
    const sent: string[] = [];
    const page = await sheets.open('razorpay', {
      script: "window.outcome = 'lost_webhook'",
      before: async (page) => {
        await within(page);
        page.on('request', (request) => request.url().includes('/returns/') && sent.push(request.method()));
      },
    });
    await buy(page);
    await pay(page).click();
    await page.getByRole('button', { name: 'Pay by UPI' }).click();
    await page.getByText('120 credits added').waitFor();
    expect(sent).toEqual(['POST']);
    expect(new URL(page.url()).search).toBe('');
  });

  it.each([
    ['a try failed', '', 'Use a bad card'],
    [
      'a proof was forged',
      "window.forged = { razorpay_signature: 'made up' }; window.outcome = 'decline'",
      'Pay by UPI',
    ],
  ])('comes back to pay again when %s, and no credits come', async (_, script, press) => {
    const userId = `within_${press.length}`;
    const page = await sheets.open('razorpay', { userId, script, before: within });
    await buy(page);
    await pay(page).click();
    await page.getByRole('button', { name: press }).click();
    await page.waitForURL((url) => url.search === '');
    await pay(page).waitFor();
    const { data } = await sheets.query(userId, '{ balance { credits } }');
    expect(data.balance.credits).toBe(0);
  });
});

it('does not offer to pay again when what the window handed over did not get through, and hands it over later', async () => {
  let isAway = true;
  let refused = 0;
  const page = await sheets.open('razorpay', {
    script: "window.outcome = 'lost_webhook'",
    before: async (page) => {
      await page.route('**/graphql', (route) => {
        if (!isAway || !route.request().postData()?.includes('confirmPayment')) return route.fallback();
        refused += 1;
        return route.abort();
      });
    },
  });
  await buy(page);
  await pay(page).click();
  await page.getByRole('button', { name: 'Pay by UPI' }).click();
  await eventually(async () => expect(refused).toBeGreaterThan(0));
  await page.getByText('Confirming the payment').waitFor();
  expect(await pay(page).count()).toBe(0);
  isAway = false;
  await page.getByText('120 credits added').waitFor();
});

it('says that the other provider could not be reached, and opens when asked again', async () => {
  const page = await sheets.open('razorpay', { answers: [(route) => route.abort(), served(RAZORPAY_JS)] });
  await buy(page);
  await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await pay(page).click();
  await page.getByRole('button', { name: 'Pay by UPI' }).click();
  await page.getByText('120 credits added').waitFor();
});
