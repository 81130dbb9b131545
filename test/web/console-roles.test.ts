// What each role sees of the console.
import { as, heading, menu, useConsole } from './console-stand';

const stand = useConsole();
let walletId = '';
beforeAll(async () => {
  // With buttons of its own.
  const admin = await stand.gateway.as('adm', 'admin');
  await admin.query(
    'mutation { createWebhookEndpoint(input: {url: "http://127.0.0.1:9/credits", events: ["*"]}) { endpoint { id } } }',
  );
  const shop = await stand.gateway.as('shop', 'service');
  const team = { name: 'Banyan Films', ownerId: 'asha', idempotencyKey: 'team' };
  walletId = (await shop.mutate('createWallet', team, 'wallet { id }')).wallet.id;
  await admin.mutate(
    'saveOperation',
    { code: 'answers', name: 'Answers of the model', unit: 'answer' },
    'operation { code }',
  );
});

/** What the menu has for a role, and what the gateway refuses on the way through all of it. */
async function seenBy(role: string) {
  const page = await stand.open('/console', { before: as(role) });
  const refused: string[] = [];
  page.on('response', async (response) => {
    if (!response.url().endsWith('/graphql')) return;
    const body = await response.text().catch(() => '');
    if (/FORBIDDEN/.test(body)) refused.push(`${page.url()} ${body}`);
  });
  const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  await links.first().waitFor();
  const names = await links.allTextContents();
  for (const name of names) {
    await menu(page, name);
    await heading(page, name);
    await page.locator('.rows tbody tr, .card, .empty').first().waitFor();
  }
  await page.waitForLoadState('networkidle');
  return { page, names, refused };
}

const FOR_ALL = [
  ...['Overview', 'Payments', 'Refunds', 'Users', 'Disputes', 'Webhook events', 'Deliveries', 'Endpoints'],
  ...['Packages', 'Health', 'Reviews', 'Decisions', 'Block and allow', 'Rules', 'Attacks', 'Usage'],
  ...['Campaigns', 'Promo codes'],
];

const FOR_FINANCE = ['Ledger', 'Accounts', 'Approvals', 'Exports', 'Reconciliation', 'Backtest', 'Month end'];

const FOR_ADMINS = ['API keys', 'Audit log'];

it.each([
  ['support', FOR_ALL],
  ['finance', [...FOR_ALL, ...FOR_FINANCE]],
  ['admin', [...FOR_ALL, ...FOR_FINANCE, ...FOR_ADMINS]],
])('shows %s the screens that it may read, and none that is refused', async (role, expected) => {
  const { names, refused, page } = await seenBy(role);
  expect([...names].sort()).toEqual([...expected].sort());
  expect(refused).toEqual([]);
  if (role === 'admin') return;
  await page.goto('/console/keys');
  await page.getByText('Nothing is here').waitFor();
});

/** Buttons of a screen, by the least role that may press them. */
const BUTTONS: readonly [
  string,
  string,
  Readonly<Record<'support' | 'finance' | 'admin', readonly string[]>>,
][] = [
  [
    'payment',
    'Timeline',
    { support: ['Sync with provider', 'Add note', 'Simulate'], finance: ['Refund'], admin: [] },
  ],
  ['payments', 'Payments', { support: ['Count'], finance: ['Export'], admin: [] }],
  [
    'users/asha',
    'asha',
    { support: [], finance: ['Move credits', 'Adjust credits', 'Set a limit'], admin: [] },
  ],
  [
    'wallet',
    'Banyan Films',
    { support: [], finance: ['Move credits', 'Adjust credits', 'Set a limit'], admin: [] },
  ],
  ['webhooks', 'Webhook events', { support: ['Replay these'], finance: ['Export'], admin: [] }],
  ['deliveries', 'Deliveries', { support: ['Resend these'], finance: ['Export'], admin: [] }],
  [
    'endpoints',
    'Endpoints',
    { support: [], finance: [], admin: ['Add endpoint', 'Send a test', 'Rotate secret', 'Delete'] },
  ],
  ['packages', 'Packages', { support: [], finance: [], admin: ['Add package', 'Edit'] }],
  ['usage', 'Usage', { support: [], finance: [], admin: ['Save operation', 'Next rate'] }],
  ['accounts', 'Accounts', { support: [], finance: ['Check the ledger'], admin: [] }],
  ['reconciliation', 'Reconciliation', { support: [], finance: ['Start a run'], admin: [] }],
  ['block-and-allow', 'Block and allow', { support: ['Block'], finance: [], admin: [] }],
  ['rules', 'Rules', { support: [], finance: [], admin: ['Propose a version'] }],
  ['keys', 'API keys', { support: [], finance: [], admin: ['Create key'] }],
];

it.each([
  ['support', ['support']],
  ['finance', ['support', 'finance']],
  ['admin', ['support', 'finance', 'admin']],
] as const)('shows %s the buttons that it may press and no others', async (role, included) => {
  const page = await stand.open('/console', { before: as(role) });
  for (const [screen, text, buttons] of BUTTONS) {
    const own = { payment: `payments/${stand.made.paid}`, wallet: `wallets/${walletId}` };
    await page.goto(`/console/${own[screen as keyof typeof own] ?? screen}`);
    const main = page.getByRole('main');
    const shown = main.getByText(text).or(main.getByText('Nothing is here')).first();
    await shown.waitFor();
    await page.waitForLoadState('networkidle');
    const names = await main.getByRole('button').allTextContents();
    const all = Object.entries(buttons).flatMap(([least, own]) => own.map((name) => ({ least, name })));
    const expected = all.filter(({ least }) => (included as readonly string[]).includes(least));
    expect({ screen, shown: all.map(({ name }) => name).filter((name) => names.includes(name)) }).toEqual({
      screen,
      shown: expected.map(({ name }) => name),
    });
  }
});

it("becomes somebody else in mock mode, with that role's screens", async () => {
  const page = await stand.open('/console', { before: as('support') });
  await page.getByRole('combobox', { name: 'Signed in as' }).selectOption('ada, admin');
  await menu(page, 'Ledger');
  await heading(page, 'Ledger');
});
