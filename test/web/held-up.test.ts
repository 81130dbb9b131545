// The tag where something is in the way: of the page, of the network, of the payer. Each has to be a state that says so, and none may
// lose a purchase.
import type { Page, WebSocketRoute } from 'playwright-core';
import { seriousFindings } from './browser';
import { useProduct } from './product';

const product = useProduct();
const { stand } = product;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const buy = (page: Page, credits = 120) =>
  page.getByRole('button', { name: `Buy ${credits} credits` }).click();
const added = (page: Page, credits = 120) => page.getByText(`${credits} credits added`).waitFor();
const idOf = async (userId: string) => {
  const payer = await stand.gateway.as(userId);
  const { data } = await payer.query('{ intents(first: 10) { nodes { id } } }');
  return data.intents.nodes.map(({ id }: { id: string }) => id) as string[];
};
/** What of the tag has the focus, in words. */
const focused = (page: Page) =>
  page.evaluate<string>("document.querySelector('buy-credits').shadowRoot.activeElement?.textContent ?? ''");

it('says that nothing is for sale in a currency in which nothing is', async () => {
  const page = await product.openTag('ada', 'currency="CHF"');
  await page.getByRole('alert').filter({ hasText: 'Nothing is for sale in CHF' }).waitFor();
  await button(page, 'Try again').waitFor();
});

it('asks to sign in again where the product answers with a page instead of a token', async () => {
  product.pages.set('/sign-in', '<!doctype html><h1>Sign in</h1>');
  const page = await product.openTag('ada', '', async (page) => {
    await page.route('**/token/ada', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<h1>Hi</h1>' }),
    );
  });
  await page.getByRole('alert').filter({ hasText: 'Sign in again to buy credits.' }).waitFor();
});

it('says that it cannot be reached where the product is away, and sells when that is back', async () => {
  let isAway = true;
  const page = await product.openTag('bea', '', async (page) => {
    await page.route('**/token/bea', (route) => (isAway ? route.abort() : route.fallback()));
  });
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  isAway = false;
  await button(page, 'Try again').click();
  await buy(page);
  await button(page, 'Pay').click();
  await added(page);
});

it('sells while what speaks through the socket cannot be fetched, and is live when it can', async () => {
  let isAway = true;
  const page = await product.openTag('bob', '', async (page) => {
    await page.route('**/checkout/client-*.js', (route) => (isAway ? route.abort() : route.fallback()));
  });
  let sockets = 0;
  page.on('websocket', () => {
    sockets += 1;
  });
  await buy(page);
  await button(page, 'Pay').click();
  await added(page);
  expect(sockets).toBe(0);

  isAway = false;
  await button(page, 'Buy more').click();
  const live = page.waitForEvent('websocket', { timeout: 30_000 });
  await buy(page, 50);
  await live;
  await button(page, 'Pay').click();
  await added(page, 50);
});

it('sells on a page of plain HTTP, where browsers make no UUIDs', async () => {
  const page = await product.openTag('cleo', '', async (page) => {
    await page.addInitScript('delete Crypto.prototype.randomUUID');
  });
  await buy(page);
  await button(page, 'Pay').click();
  await added(page);
});

it('says so in a frame that may keep nothing and has no origin, and sells where it only may keep nothing', async () => {
  const page = await product.openTag('dora', '', async (page) => {
    await page.addInitScript(
      "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
    );
  });
  await buy(page);
  await button(page, 'Pay').click();
  await added(page);

  product.pages.set(
    '/framed',
    `<!doctype html><title>F</title>${product.tagFor('dora')}<script type="module" src="${stand.gateway.url}/checkout/buy-credits.js"></script>`,
  );
  const outer = await product.open(
    '<iframe title="shop" sandbox="allow-scripts" src="/framed"></iframe>',
    '',
  );
  const frame = outer.frameLocator('iframe');
  await frame
    .getByRole('alert')
    .filter({ hasText: /cannot be reached|Sign in again/ })
    .waitFor();
});

it('looks as its page says, by parts and by variables, under a policy that allows its own style sheets alone', async () => {
  product.pages.set(
    '/own.css',
    'buy-credits::part(buy) { border-radius: 3px } buy-credits { --credits-accent: rgb(1, 2, 3) }',
  );
  const page = await product.open(
    `<link rel="stylesheet" href="/own.css"><main>${product.tagFor('eve')}</main>`,
    `import '${stand.gateway.url}/checkout/buy-credits.js';`,
  );
  const item = page.getByRole('button', { name: 'Buy 120 credits' });
  await item.waitFor();
  const style = await page.evaluate(
    `(({ borderRadius, backgroundColor }) => [borderRadius, backgroundColor])(
       getComputedStyle(document.querySelector('buy-credits').shadowRoot.querySelector('[data-do=buy]')))`,
  );
  expect(style).toEqual(['3px', 'rgb(1, 2, 3)']);
});

it('speaks Hindi, its numbers too, and what the page says instead', async () => {
  const page = await product.open(
    `<main>${product.tagFor('fay', 'locale="hi-IN"')}</main>`,
    `document.querySelector('buy-credits').texts = { paySimulated: 'Kharido' };
     await import('${stand.gateway.url}/checkout/buy-credits.js');`,
  );
  await page.getByRole('button', { name: /में 120 क्रेडिट खरीदें/ }).click();
  await button(page, 'Kharido').click();
  await page.getByText('120 क्रेडिट जोड़ दिए गए').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

it('is played by keyboard alone: focus goes to what is to be done next', async () => {
  const page = await product.openTag('gil');
  await page.getByRole('button', { name: 'Buy 50 credits' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await button(page, 'Pay').waitFor();
  expect(await focused(page)).toBe('Pay');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'decline', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Nothing was charged. You can try again.' }).waitFor();
  expect(await focused(page)).toBe('Pay');
  await page.keyboard.press('Enter');
  await added(page, 50);
  expect(await focused(page)).toBe('50 credits added');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Buy 50 credits' }).waitFor();
  expect(await focused(page)).toContain('50');
});

it('goes back by Back from the payment to the packages, forward again, and buys the same purchase', async () => {
  const page = await product.openTag('hal');
  await buy(page);
  await button(page, 'Pay').waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Buy 120 credits' }).waitFor();
  await page.goForward();
  await button(page, 'Pay').waitFor();
  await page.goBack();
  await page.reload();
  await buy(page);
  await button(page, 'Pay').click();
  await added(page);
  expect(await idOf('hal')).toHaveLength(1);
  await page.goBack();
  await page.getByRole('button', { name: 'Buy 120 credits' }).waitFor();
});

it('shows in a second tab the purchase of the first, one that is there already and one that opens later, and its end', async () => {
  const first = await product.openTag('ivy');
  const second = await first.context().newPage();
  await second.goto(`${product.origin}/`);
  await second.getByRole('button', { name: 'Buy 120 credits' }).waitFor();
  await buy(first);
  await button(second, 'Pay').waitFor();
  const third = await first.context().newPage();
  await third.goto(`${product.origin}/`);
  await button(third, 'Pay').click();
  for (const page of [first, second, third]) await added(page);
  expect(await idOf('ivy')).toHaveLength(1);
});

/** Sockets that can be made to say nothing while they stay open. */
async function socketsOf(page: Page) {
  const held = { isSilent: false, opened: 0 };
  await page.routeWebSocket(/\/graphql$/, (socket: WebSocketRoute) => {
    const isDead = () => held.isSilent;
    held.opened += 1;
    const server = socket.connectToServer();
    socket.onMessage((message) => void (isDead() || server.send(message)));
    server.onMessage((message) => void (isDead() || socket.send(message)));
  });
  return held;
}

it('finds out within 15 seconds that a socket is dead, and what happened meanwhile', async () => {
  const held = { isSilent: false, opened: 0 };
  const page = await product.openTag('jo', '', async (page) => {
    Object.defineProperty(held, 'all', { value: await socketsOf(page) });
    await page.clock.install();
  });
  const sockets = (held as unknown as { all: typeof held }).all;
  await buy(page);
  await button(page, 'Pay').waitFor();
  const [id] = await idOf('jo');
  sockets.isSilent = true;
  const payer = await stand.gateway.as('jo');
  await payer.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await button(page, 'Pay').count()).toBe(1);
  const before = sockets.opened;
  await page.clock.fastForward(10_500);
  await page.clock.fastForward(5_500);
  await page.clock.fastForward(1_500);
  await added(page);
  sockets.isSilent = false;
  expect(sockets.opened).toBeGreaterThanOrEqual(before);
});

it('asks at once when a phone wakes up or is online again', async () => {
  const held: { all?: { isSilent: boolean } } = {};
  const page = await product.openTag('kim', '', async (page) => {
    held.all = await socketsOf(page);
  });
  await buy(page);
  await button(page, 'Pay').waitFor();
  const [id] = await idOf('kim');
  if (held.all) held.all.isSilent = true;
  const payer = await stand.gateway.as('kim');
  await payer.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  await page.evaluate("window.dispatchEvent(new Event('online'))");
  await page.getByText('120 credits added').waitFor({ timeout: 2_000 });
});

it('does not take a payment while nothing of the gateway gets through, and goes on by plain requests where sockets are not let through', async () => {
  const page = await product.openTag('lou', '', async (page) => {
    await page.routeWebSocket(/\/graphql$/, (socket) => void socket.close({ code: 4900 }));
  });
  await buy(page);
  await button(page, 'Pay').waitFor();
  await page.context().setOffline(true);
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await page.getByText('Reconnecting…').waitFor();
  expect(await button(page, 'Pay').isDisabled()).toBe(true);
  await page.context().setOffline(false);
  await button(page, 'Pay').click();
  await added(page);
});
