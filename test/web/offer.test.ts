// What the tag says beside the packages: bonus, a typed code, what is left, and what a member may spend of a shared wallet.
import type { Page } from 'playwright-core';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { seriousFindings, shoot } from './browser';
import { useProduct } from './product';

const { stand, open, openTag, tagFor } = useProduct();
let shop: Client;
let finance: Client;

const done = async (caller: Client, mutation: string, input: Record<string, unknown>, payload = '') => {
  const answer = await caller.mutate(mutation, input, payload || '__typename');
  expect([mutation, answer.errors]).toEqual([mutation, []]);
  return answer;
};
const give = (owner: object, credits: number) =>
  done(finance, 'adjustCredits', { ...owner, credits, reason: 'r', idempotencyKey: `${Math.random()}` });
const spend = (owner: object, credits: number) =>
  done(shop, 'spendCredits', { ...owner, credits, reason: 'r', idempotencyKey: `${Math.random()}` });

beforeAll(async () => {
  [shop, finance] = await Promise.all([
    stand.gateway.as('shop', 'service'),
    stand.gateway.as('fin_1', 'finance'),
  ]);
  await done(await stand.gateway.as('adm_1', 'admin'), 'savePackage', {
    ...{ id: 'plus', name: 'Plus', credits: 200, bonusCredits: 25 },
    prices: [{ currency: 'INR', amountMinor: '15000' }],
  });
  await done(finance, 'saveCampaign', { key: 'spring', name: 'Spring', budgetCredits: 5000 });
  await done(finance, 'savePromoCode', { campaign: 'spring', code: 'SPRING-2026', credits: 30 });
});

const code = (page: Page) => page.getByLabel('Promo code');
const pay = (page: Page) => page.getByRole('button', { name: 'Pay', exact: true });

it('shows the bonus of a package before it is bought and beside the payment, and the credits that came with it', async () => {
  const page = await openTag('ada');
  await page.getByText('+25 bonus').waitFor();
  await page.getByText('0 credits left', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Buy 200 credits' }).click();
  await page.locator('[part=bonus]', { hasText: '+25 bonus' }).waitFor();
  await pay(page).click();
  await page.getByText('200 credits added').waitFor();
  const ada = await stand.gateway.as('ada');
  await eventually(async () =>
    expect((await ada.query('{ balance { credits promotional } }')).data.balance).toEqual({
      ...{ credits: 225, promotional: 25 },
    }),
  );
});

it('says what a typed code brings once it is taken, tells a wrong one from the rest, and the next try is another purchase', async () => {
  const page = await openTag('bea');
  await code(page).fill('nobody-knows');
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('alert').filter({ hasText: 'The code was not found' }).waitFor();
  expect(await code(page).inputValue()).toBe('nobody-knows');
  await code(page).fill('spring 2026');
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByText('+30 bonus credits with SPRING-2026').waitFor();
  await pay(page).click();
  await page.getByText('50 credits added').waitFor();
  await page.getByText('+30 bonus credits with SPRING-2026').waitFor();

  // Redeemed by this user already: said before anything is paid.
  await page.getByRole('button', { name: 'Buy more' }).click();
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await page.getByRole('alert').filter({ hasText: 'redeemed this code already' }).waitFor();
  await code(page).fill('');
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await pay(page).waitFor();
  expect(await page.locator('[part=bonus]').isVisible()).toBe(false);
});

it('says that the balance is low and that nothing is left as it happens, and nothing of it where nobody set a level', async () => {
  await give({ userId: 'cid' }, 40);
  await done(shop, 'setLowBalance', { userId: 'cid', levels: [{ credits: 20 }], quietSeconds: 0 });
  const page = await openTag('cid');
  await page.getByText('40 credits left', { exact: true }).waitFor();
  const hint = page.locator('[part=low]');
  expect(await hint.isVisible()).toBe(false);
  await spend({ userId: 'cid' }, 25);
  await hint.filter({ hasText: 'Only 15 credits are left.' }).waitFor();
  // Once is enough.
  expect(await page.getByText('15 credits left', { exact: true }).isVisible()).toBe(false);
  await spend({ userId: 'cid' }, 15);
  await hint.filter({ hasText: 'No credits are left.' }).waitFor();
  await give({ userId: 'cid' }, 100);
  await page.getByText('100 credits left', { exact: true }).waitFor();
  expect(await hint.isVisible()).toBe(false);

  await give({ userId: 'dan' }, 1);
  const quiet = await openTag('dan');
  await quiet.getByText('1 credit left', { exact: true }).waitFor();
  expect(await quiet.locator('[part=low]').isVisible()).toBe(false);
});

async function company(name: string): Promise<{ walletId: string }> {
  const key = `make-${name}`;
  const made = await done(
    shop,
    'createWallet',
    { name, ownerId: 'olga', idempotencyKey: key },
    'wallet { id }',
  );
  const walletId: string = made.wallet.id;
  await done(shop, 'setWalletMember', { walletId, userId: 'mel', role: 'member' });
  await give({ walletId }, 100);
  return { walletId };
}

it('shows a member what they may spend of a shared wallet, live, and never its credits beside a limit that is used up', async () => {
  const { walletId } = await company('Acme');
  await done(shop, 'setSpendLimit', { walletId, memberId: 'mel', per: 'day', credits: 30 });
  const page = await openTag('mel', `wallet-id="${walletId}"`);
  const line = page.locator('[part=balance]');
  await line.filter({ hasText: 'Acme: you can spend 30 credits now' }).waitFor();
  await page.getByText('Owners and managers buy the credits of Acme.').waitFor();
  expect(await page.getByRole('button', { name: /^Buy/ }).count()).toBe(0);
  await spend({ walletId, memberId: 'mel' }, 30);
  await line.filter({ hasText: 'you can spend 0 credits now' }).waitFor();
  await done(shop, 'setSpendLimit', { walletId, memberId: 'mel', per: 'day', credits: 500 });
  await line.filter({ hasText: 'you can spend 70 credits now' }).waitFor();
  await spend({ walletId }, 70);
  await line.filter({ hasText: 'you can spend 0 credits now' }).waitFor();
});

it('buys for the shared wallet that it names, by an owner', async () => {
  const { walletId } = await company('Bolt');
  const page = await openTag('olga', `wallet-id="${walletId}"`);
  await page.locator('[part=balance]', { hasText: 'Bolt: you can spend 100 credits now' }).waitFor();
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await pay(page).click();
  await page.getByText('50 credits added').waitFor();
  const olga = await stand.gateway.as('olga');
  const { data } = await olga.query(
    'query ($id: ID!) { balance { credits } of: balance(walletId: $id) { credits } }',
    {
      id: walletId,
    },
  );
  expect([data.balance.credits, data.of.credits]).toEqual([0, 150]);
});

it('speaks Hindi, takes texts and colours of the page, and a code that the page brings', async () => {
  await done(shop, 'setLowBalance', { userId: 'eve', levels: [{ credits: 20 }] });
  await give({ userId: 'eve' }, 5);
  const hindi = await openTag('eve', 'locale="hi" promo-code="no-such-code"');
  await hindi.getByText('केवल 5 क्रेडिट बचे हैं।').waitFor();
  await hindi.getByText('+25 बोनस').waitFor();
  expect(await hindi.getByLabel('प्रोमो कोड').inputValue()).toBe('no-such-code');
  await hindi.locator('[data-id=small]').click();
  await hindi.getByRole('alert').filter({ hasText: 'यह कोड मान्य नहीं है।' }).waitFor();

  const own = await open(
    `${tagFor('eve')}`,
    `document.querySelector('buy-credits').texts = { low: (credits) => 'Top up: ' + credits, code: 'Voucher' };
     document.querySelector('buy-credits').style.setProperty('--credits-low', 'rgb(1, 2, 3)');
     await import('${stand.gateway.url}/checkout/buy-credits.js');`,
  );
  await own.getByText('Top up: 5', { exact: true }).waitFor();
  await own.getByLabel('Voucher').waitFor();
  expect(
    await own.evaluate(
      `getComputedStyle(document.querySelector('buy-credits').shadowRoot.querySelector('[part=low]')).color`,
    ),
  ).toBe('rgb(1, 2, 3)');
});

it('sells where what is said beside the packages cannot be loaded', async () => {
  const page = await openTag('fay', '', async (opened) => {
    await opened.route(/\/offer-/, (route) => route.abort());
  });
  await page.getByRole('button', { name: 'Buy 50 credits' }).click();
  await pay(page).click();
  await page.getByText('50 credits added').waitFor();
});

it.each(['light', 'dark'])('is readable and no wider than a telephone, in %s', async (theme) => {
  await done(shop, 'setLowBalance', { userId: 'gil', levels: [{ credits: 20 }] });
  await give({ userId: 'gil' }, theme === 'light' ? 12 : -9);
  const page = await openTag('gil', `theme="${theme}" promo-code="SPRING-2026"`);
  await page.locator('[part=low]').waitFor();
  await shoot(page, `tag-offer-${theme}`);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Buy 200 credits' }).click();
  await page.getByText('+30 bonus credits with SPRING-2026').waitFor();
  await shoot(page, `tag-code-${theme}`);
  expect(await seriousFindings(page)).toEqual([]);
});
