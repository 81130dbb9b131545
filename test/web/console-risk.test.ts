// Risk, as a payer who is held up sees it and as whoever decides does.
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { seriousFindings, shoot, useBrowser } from './browser';
import { as, button, heading, menu } from './console-stand';

// A rejection of this much and more waits for a second person.
const stand = useBrowser({ RISK: 'act', RISK_RULES_APPROVAL: 'off', REFUND_APPROVAL_ABOVE: '19000' });

const shopper = (userId: string) => async (page: Page) => {
  await page.addInitScript(`sessionStorage.setItem('credits-gateway:shopper', '${userId}')`);
};

const BLOCKLIST = {
  code: 'blocklist',
  signal: 'blocked_subject',
  at_least: 1,
  weight: 100,
  decision: 'block',
};

/** From now on the rules say this of everybody's first purchase. */
async function say(decision: 'challenge' | 'review' | 'block' | null): Promise<void> {
  const admin = await stand.gateway.as('ada', 'admin');
  const rule = { code: 'purchases', signal: 'user_purchases_1h', at_least: 1, weight: 50, decision };
  const document = {
    thresholds: { challenge: 60, review: 70, block: 80 },
    rules: [BLOCKLIST, decision ? rule : { ...rule, at_least: 60, decision: 'block' }],
  };
  const proposed = await admin.mutate('proposeRiskRules', { document, note: 'A test' }, 'rules { version }');
  expect(proposed.errors).toEqual([]);
  const { errors } = await admin.mutate(
    'activateRiskRules',
    { version: proposed.rules.version },
    'rules { state }',
  );
  expect(errors).toEqual([]);
}

const buy = (page: Page) => page.getByRole('button', { name: 'Buy 120 credits' }).click();
const pay = (page: Page) => page.getByRole('button', { name: 'Pay', exact: true }).click();

it('lets an honest payer who is challenged prove to the bank who it is, and gives the credits', async () => {
  await say('challenge');
  const page = await stand.open('/shop', { before: shopper('user_1') });
  await page.getByRole('button', { name: 'HTML element' }).click();
  // At the other provider nobody can ask the payer for more.
  await page.evaluate(`
    const element = document.querySelector('buy-credits');
    element.setAttribute('provider', 'stripe');
    element.parentNode.replaceChildren(element);
  `);
  await page.getByRole('button', { name: /120/ }).click();
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.getByText('120 credits added').waitFor();
  const support = await stand.gateway.as('sue', 'support');
  const { data } = await support.query(
    '{ intents(filter: {userId: "user_1"}) { nodes { id riskDecision provider } } admin { riskDecisions(filter: {userId: "user_1"}) { nodes { told intent { id } } } } }',
  );
  const [intent] = data.intents.nodes;
  expect(intent).toMatchObject({ provider: 'stripe', riskDecision: 'challenge' });
  expect(data.admin.riskDecisions.nodes).toContainEqual({ told: 'challenge', intent: { id: intent.id } });
});

it('tells a payer who is blocked what to do, and lets support free the payer in two clicks', async () => {
  await say('block');
  const shop = await stand.open('/shop', { before: shopper('user_2') });
  await buy(shop);
  const told = shop.getByText(/rsk_/);
  await told.waitFor();
  await shoot(shop, 'shop-blocked');
  const words = (await told.textContent()) ?? '';
  // Why is nobody's business but support's.
  expect(words).not.toMatch(/rule|score|fraud|purchases/i);
  const [number = ''] = /rsk_\w+/.exec(words) ?? [];

  const desk = await stand.open('/console', { before: as('support') });
  await desk.getByRole('textbox', { name: 'Search' }).fill(number);
  await desk.keyboard.press('Enter');
  await desk.getByText('Why').first().waitFor();
  await shoot(desk, 'console-decision');
  await button(desk, 'Let through').click();
  await button(desk, 'Let through for 24 hours').click();
  await desk.getByText('user_2 can buy for 24 hours').waitFor();

  await buy(shop);
  await pay(shop);
  await shop.getByText('120 credits added').waitFor();
});

it('shows support what waits, why, and decides it by keyboard', async () => {
  await say('review');
  const shop = await stand.open('/shop', { before: shopper('user_3') });
  await buy(shop);
  await pay(shop);
  await shop.getByText('120 of them being checked').waitFor();

  const desk = await stand.open('/console', { before: as('finance') });
  await desk.getByText('purchases whose credits are frozen until somebody decides').click();
  await heading(desk, 'Reviews');
  await desk.getByText('user_3').waitFor();
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-reviews');
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.getByRole('region', { name: 'Why' }).waitFor();
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-review');
  await desk.keyboard.press('a');
  await desk.getByRole('dialog').getByRole('textbox', { name: 'Note' }).fill('Known to us');
  await desk.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await desk.getByText('approved').first().waitFor();
  await shop.locator('.balance b', { hasText: /^120$/ }).waitFor();
  await shop.getByText('being checked').waitFor({ state: 'detached' });
});

/** A paid purchase whose credits wait for a person. */
async function reviewed(user: string, packageId = 'medium') {
  const payer = await stand.gateway.as(user);
  const { intent } = await payer.mutate('createIntent', { packageId, provider: 'stripe' }, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const support = await stand.gateway.as('sue', 'support');
  const { data } = await eventually(
    () => support.query('{ admin { riskReviews { nodes { id intent { id } } } } }'),
    ({ data: read }) => read.admin.riskReviews.nodes.some((one: any) => one.intent.id === intent.id),
  );
  const review = data.admin.riskReviews.nodes.find((one: any) => one.intent.id === intent.id);
  return { intentId: intent.id as string, id: review.id as string };
}

it('says to who decides that somebody else did, that the figures are others by now, and that a second person is needed', async () => {
  await say('review');
  const [taken, changed, large] = [
    await reviewed('user_5'),
    await reviewed('user_6'),
    await reviewed('user_7', 'xlarge'),
  ];
  const desk = await stand.open(`/console/reviews/${taken.id}`, { before: as('support') });
  const dialog = desk.getByRole('dialog');
  const decide = async (key: 'a' | 'r', note: string) => {
    await button(desk, key === 'a' ? /^Approve/ : /^Reject/).waitFor();
    await desk.keyboard.press(key);
    await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
  };
  await decide('a', 'Known to us');
  const other = await stand.gateway.as('finn', 'finance');
  const rejection = { id: taken.id, approve: false, note: 'A stolen card' };
  expect((await other.mutate('decideRiskReview', rejection, 'review { status }')).errors).toEqual([]);
  await dialog.getByText('finn decided it: rejected.').waitFor();
  // There is nothing to confirm any more.
  expect(await dialog.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
  await shoot(desk, 'console-review-decided');

  await desk.goto(`/console/reviews/${changed.id}`);
  await decide('a', 'Called the payer');
  const part = {
    intentId: changed.intentId,
    amountCents: 5_000,
    reason: 'Half of it',
    idempotencyKey: 'half',
  };
  expect((await other.mutate('refundIntent', part, 'refund { id }')).errors).toEqual([]);
  await dialog.getByText('It was 120 credits frozen, it is 60 credits frozen now.').waitFor();
  await shoot(desk, 'console-review-stale');
  await dialog.getByRole('button', { name: 'Go on with what is now' }).click();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await desk.getByText('approved').first().waitFor();

  // What is due next is a key away.
  await desk.getByRole('link', { name: /^Next review/ }).waitFor();
  await desk.keyboard.press('n');
  await desk.waitForURL(`**/console/reviews/${large.id}`);
  await decide('r', 'Twelve accounts with this card');
  await dialog.getByRole('button', { name: /^Reject and refund/ }).click();
  await dialog.getByRole('status').filter({ hasText: 'It waits for a second person' }).waitFor();
  expect(await dialog.getByRole('alert').count()).toBe(0);
  // It is asked for once.
  expect(await dialog.getByRole('button', { name: /^Reject and refund/ }).count()).toBe(0);
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-review-second-person');
});

it('shows payments by what risk scored them, and those of a decision alone', async () => {
  const desk = await stand.open('/console/payments', { before: as('support') });
  await desk.getByRole('row', { name: /user_7.*review 50/ }).waitFor();
  await desk.getByRole('combobox', { name: 'Order' }).click();
  await desk.getByRole('option', { name: 'Highest risk first' }).click();
  await desk.waitForURL(/order=score/);
  const scores = async () =>
    (await desk.locator('td[data-title="Risk"]').allTextContents()).map((text) =>
      Number(/\d+$/.exec(text)?.[0]),
    );
  await eventually(scores, (read) => read.length > 0 && read.every((score) => score > 0));
  await desk.getByRole('combobox', { name: 'Risk score' }).click();
  await desk.getByRole('option', { name: 'Score from 80' }).click();
  await desk.getByText('No payment fits').waitFor();
  await desk.goto('/console/payments?decision=review&score=40');
  await desk.getByRole('row', { name: /user_7.*review 50/ }).waitFor();
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-payments-risk');
});

it('blocks somebody by hand, shows the entry, and ends it', async () => {
  await say(null);
  const desk = await stand.open('/console', { before: as('support') });
  await menu(desk, 'Block and allow');
  await desk.getByText('Nobody is blocked').waitFor();
  await button(desk, 'Block').click();
  await desk.getByRole('textbox', { name: 'Who' }).fill('user_4');
  await desk.getByRole('textbox', { name: 'Why' }).fill('Told us that the card was not his');
  await desk.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await desk.getByRole('cell', { name: 'user_4' }).waitFor();
  await shoot(desk, 'console-blocklist');
  const shop = await stand.open('/shop', { before: shopper('user_4') });
  await buy(shop);
  await shop.getByText(/rsk_/).waitFor();
  await button(desk, 'Remove').click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await desk.getByText('Nobody is blocked').waitFor();
  await buy(shop);
  await pay(shop);
  await shop.getByText('120 credits added').waitFor();
});

it('proposes rules that judge in the shadow, says what they change, and activates them', async () => {
  const desk = await stand.open('/console', { before: as('admin') });
  await menu(desk, 'Rules');
  await button(desk, 'Propose a version').click();
  const rules = desk.getByRole('textbox', { name: 'Rules' });
  await rules.fill((await rules.inputValue()).replace('"at_least": 60', '"at_least": 40'));
  await desk.getByRole('textbox', { name: 'What for' }).fill('Fewer an hour');
  await button(desk, 'Propose').click();
  const row = desk.getByRole('row', { name: /Fewer an hour/ });
  await row.getByText('shadow').waitFor();
  await row.getByRole('button').first().click();
  await desk.getByText('Now: user purchases 1h at least 60').waitFor();
  await shoot(desk, 'console-rules');
  await row.getByRole('button', { name: 'Activate' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await row.getByText('active').waitFor();
});
