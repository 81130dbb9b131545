// Every screen of the console with something on it, at both widths: what axe finds, and what is too wide.
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { seriousFindings, shoot } from './browser';
import { type ConsoleStand, useConsole } from './console-stand';

const SCREENS = [
  ...[
    '',
    'payments',
    ...['campaigns', 'campaigns/welcome', 'promo-codes'],
    'refunds',
    'users',
    'users/asha',
    'webhooks',
    'deliveries',
    'endpoints',
    'ledger',
    'accounts',
  ],
  ...[
    'usage',
    'packages',
    'keys',
    'audit',
    'disputes',
    'month-end',
    'approvals',
    'exports',
    'reconciliation',
    'breaks',
    'health',
  ],
  // What waits for a review is looked at where one is made.
  ...['decisions', 'block-and-allow', 'rules', 'backtest', 'attacks'],
];

const FOUND =
  "[...document.querySelectorAll('.scroll, .page, .card')].filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.getAttribute('aria-label') ?? part.className)";

/** What is wider than the window, or than its own place. */
async function tooWide(page: Page): Promise<string[]> {
  const whole = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  const parts = await page.evaluate<string[]>(FOUND);
  return whole > 0 ? [`the page by ${whole}`, ...parts] : parts;
}

/** Something for each list that a dozen purchases leave empty. */
async function fill({ gateway, made }: ConsoleStand): Promise<{ walletId: string }> {
  const sure = async (answer: Promise<Record<string, any>>) => {
    const { errors, ...rest } = await answer;
    expect(errors).toEqual([]);
    return rest;
  };
  const [finance, admin, payer] = await Promise.all([
    gateway.as('fin', 'finance'),
    gateway.as('adm', 'admin'),
    gateway.as('esha'),
  ]);
  const paid = async (packageId: string, outcome: string) => {
    const wish = { packageId, provider: 'stripe', idempotencyKey: outcome };
    const { intent } = await payer.mutate('createIntent', wish, 'intent { id }');
    await payer.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
    return intent.id as string;
  };
  await paid('small', 'amount_mismatch');
  // What a run over the books finds.
  await paid('small', 'lost_webhook');
  const id = await paid('medium', 'succeed');
  await payer.mutate('simulatePayment', { id, outcome: 'dispute_open' }, 'intent { status }');
  const back = {
    intentId: made.paid,
    amountCents: 1_000,
    reason: 'Bought by mistake',
    idempotencyKey: 'back',
  };
  await sure(finance.mutate('refundIntent', back, 'refund { id }'));
  const gift = { userId: 'asha', credits: 450, reason: 'Lost in the move', idempotencyKey: 'gift' };
  await finance.mutate('adjustCredits', gift, 'balance { credits }');
  await sure(admin.mutate('createApiKey', { name: 'Image back end', role: 'service' }, 'apiKey { id }'));
  await admin.query(
    'mutation { addToBlocklist(input: {kind: user, value: "mallory", reason: "Cards of other people"}) { errors { code } } }',
  );
  const { data } = await admin.query(
    `mutation { createWebhookEndpoint(input: {url: "http://127.0.0.1:9/credits", events: ["*"]}) { endpoint { id } } }`,
  );
  const welcome = { key: 'welcome', name: 'Welcome', budgetCredits: 300, expireAfterDays: 30 };
  await sure(admin.mutate('saveCampaign', welcome, 'campaign { id }'));
  const spring = { code: 'SPRING-2026', campaign: 'welcome', credits: 20, totalLimit: 10 };
  await sure(admin.mutate('savePromoCode', spring, 'promoCode { code }'));
  await sure(payer.mutate('redeemPromoCode', { code: 'SPRING-2026' }, 'grant { id }'));
  const endpoint = { id: data.createWebhookEndpoint.endpoint.id };
  await admin.query(
    'mutation ($id: ID!) { sendTestDelivery(input: {id: $id}) { errors { code } } }',
    endpoint,
  );
  await sure(
    admin.mutate('saveOperation', { code: 'tokens', name: 'Tokens', unit: 'token' }, 'operation { code }'),
  );
  await sure(admin.mutate('saveRate', { operation: 'tokens', microPerUnit: '3000' }, 'operation { code }'));
  const shop = await gateway.as('shop', 'service');
  const team = { name: 'Banyan Films', ownerId: 'asha', idempotencyKey: 'team' };
  const walletId = (await sure(shop.mutate('createWallet', team, 'wallet { id }'))).wallet.id as string;
  await sure(shop.mutate('setWalletMember', { walletId, userId: 'ben', role: 'member' }, 'wallet { id }'));
  const monthly = { walletId, memberId: 'ben', per: 'month', credits: 20 };
  await sure(shop.mutate('setSpendLimit', monthly, 'balance { id }'));
  const usage = [{ operation: 'tokens', quantity: 1_500 }];
  const used = { userId: 'asha', usage, reason: 'An answer', idempotencyKey: 'used' };
  await sure(shop.mutate('spendCredits', used, 'usage { micro }'));
  await sure(finance.mutate('startExport', { select: { intents: {} } }, 'export { id }'));
  const range = { gte: new Date(Date.now() - 86_400_000), lt: new Date() };
  const { run } = await sure(
    finance.mutate('startReconciliation', { provider: 'stripe', range }, 'run { id }'),
  );
  await eventually(
    () => finance.query('query ($id: ID!) { admin { reconciliationRun(id: $id) { status } } }', run),
    ({ data }) => data.admin.reconciliationRun.status === 'succeeded',
  );
  return { walletId };
}

/** A test of all screens in this scheme, each in a file of its own: it takes as long as all others of a file. */
export function testScreens(scheme: 'light' | 'dark'): void {
  const stand = useConsole();
  let filled = { walletId: '' };
  beforeAll(async () => {
    filled = await fill(stand);
  });

  it(`has no serious accessibility finding and nothing too wide on any screen at any width, ${scheme}`, async () => {
    const page = await stand.open('/console/reconciliation', { scheme });
    const run = await page.locator('.rows a.first').first().getAttribute('href');
    await page.goto('/console/webhooks');
    const event = await page.locator('.rows a.first').first().getAttribute('href');
    const own = [run, event].map((href) => String(href).replace('/console/', ''));
    const found: Record<string, string[]> = {};
    for (const screen of [...SCREENS, `payments/${stand.made.paid}`, `wallets/${filled.walletId}`, ...own]) {
      await page.goto(`/console/${screen}`);
      const shown = page.locator('.rows tbody tr, .card, .empty').first();
      await shown.waitFor().catch(async (error) => {
        throw new Error(
          `${screen} shows no row: ${error.message}\n${stand.gateway.log
            .filter((l) => /"(error|fatal)"|Internal|stack/.test(l))
            .slice(-4)
            .join('\n')}`,
        );
      });
      // What is empty says nothing of what is not.
      if ((await page.locator('.rows tbody tr, .card').count()) === 0) found[screen] = ['is empty'];
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 860 });
        const findings = [...(await seriousFindings(page)), ...(await tooWide(page))];
        if (findings.length > 0) found[`${screen} at ${width}`] = findings;
      }
      // To be looked at; a hundred and fifty are too many to keep.
      if (process.env.SCREENS_ALL)
        await shoot(page, `all-${screen.replaceAll('/', '-') || 'overview'}-${scheme}`);
      if (screen === '' || screen.startsWith('payments/'))
        await shoot(page, `console-${screen === '' ? 'overview' : 'payment'}-${scheme}`);
    }
    expect(found).toEqual({});
    // Two dozen screens, each at both widths.
  }, 300_000);
}
