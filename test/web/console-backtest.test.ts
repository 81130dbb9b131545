// What a change of the rules would have stopped, as an operator finds out before anybody is judged by it.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';
import { as, button, heading, menu } from './console-stand';

const stand = useBrowser({ RISK: 'act', RISK_RULES_APPROVAL: 'on' });

const HEAVY = {
  code: 'bought_often',
  why: 'Who buys a third time within the hour.',
  signal: 'user_purchases_1h',
  at_least: 3,
  weight: 65,
};

/** Four purchases of a fraud, which the bank takes back, three of an honest heavy buyer, and one each of others. */
async function sell(): Promise<void> {
  const bought = async (user: string, times: number) => {
    const payer = await stand.gateway.as(user);
    const ids: string[] = [];
    for (let nth = 0; nth < times; nth++) {
      const wish = { packageId: 'medium', provider: 'stripe', idempotencyKey: `${user}-${nth}` };
      const { intent } = await payer.mutate('createIntent', wish, 'intent { id }');
      await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
      ids.push(intent.id);
    }
    return async (outcome: string) => {
      for (const id of ids) await payer.mutate('simulatePayment', { id, outcome }, 'intent { status }');
    };
  };
  const bank = await bought('mallory', 4);
  await bought('heavy_hal', 3);
  for (const user of ['asha', 'ben', 'chitra', 'dev', 'esha', 'farid']) await bought(user, 1);
  await bank('dispute_open');
}

const documentOf = (page: Page) => page.getByRole('textbox', { name: 'Document' });

/** The document as it stands, with one more rule in it. */
async function withRule(page: Page, rule: object): Promise<string> {
  const document = JSON.parse(await documentOf(page).inputValue()) as { rules: object[] };
  return JSON.stringify({ ...document, rules: [...document.rules, rule] }, null, 2);
}

const rowOf = (page: Page, name: string | RegExp) => page.getByRole('row', { name });

beforeAll(sell);

it('says what a changed document would have stopped and touched, names the purchases, and keeps it for who comes back', async () => {
  const desk = await stand.open('/console', { before: as('finance') });
  await menu(desk, 'Rules');
  await desk.getByRole('link', { name: /^Backtest version/ }).click();
  await heading(desk, 'Backtest');
  await desk.getByText('Nothing is replayed yet').waitFor();

  await desk.getByText('Change the document').click();
  await documentOf(desk).fill(await withRule(desk, { ...HEAVY, signal: 'moon_phase', weight: 101 }));
  const faults = desk.getByRole('alert', { name: 'What is wrong with the document' });
  await faults.getByText(/\(bought_often\): signal: "moon_phase" is no signal/).waitFor();
  await faults.getByText(/\(bought_often\): weight: is at most 100/).waitFor();
  expect(await button(desk, 'Replay').isDisabled()).toBe(true);
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-backtest-faults');
  await button(desk, /^Back to version/).click();
  await documentOf(desk).fill(await withRule(desk, HEAVY));
  await desk.keyboard.press('Control+Enter');

  await desk.getByRole('region', { name: 'Rule by rule' }).first().waitFor();
  // Of the four frauds the third and the fourth; of nine honest purchases the third of the heavy buyer.
  await rowOf(desk, /^Recall.* 0\.0 % 50\.0 % \+50\.0 points/).waitFor();
  await rowOf(desk, /^Precision.* – 66\.7 %/).waitFor();
  await rowOf(desk, /^Honest purchases touched 0\.0 % 11\.1 % \+11\.1 points/).waitFor();
  await rowOf(desk, /^Money of frauds stopped.*saved$/).waitFor();
  const moved = desk.getByRole('region', { name: 'Purchases that change hands' }).getByRole('row');
  expect(await moved.filter({ hasText: 'mallory' }).count()).toBe(2);
  expect(await moved.filter({ hasText: 'heavy_hal' }).count()).toBe(1);
  await desk.getByRole('img', { name: 'Precision and recall from each score on' }).waitFor();
  // Who decides about money looks; who writes rules proposes.
  expect(await button(desk, 'Propose these rules').count()).toBe(0);
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-backtest');

  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.waitForURL(/\/console\/payments\/int_/);
  await desk.goBack();
  await rowOf(desk, /^Recall.*50\.0 %/).waitFor();
  expect(await documentOf(desk).inputValue()).toContain('bought_often');
});

it('says that nothing is stored of a time, that it is running, and that it failed', async () => {
  const desk = await stand.open('/console/backtest?from=2020-01-01&to=2020-01-31', { before: as('finance') });
  await button(desk, 'Replay').click();
  await desk.getByText('No decisions are stored of this time').waitFor();
  await shoot(desk, 'console-backtest-empty');
  let answer: () => void = () => undefined;
  await desk.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('riskBacktest')) return route.continue();
    await new Promise<void>((go) => {
      answer = go;
    });
    return route.abort();
  });
  await button(desk, 'Replay').click();
  await desk.getByText('Replaying.').waitFor();
  expect(await button(desk, 'Replay').isDisabled()).toBe(true);
  await shoot(desk, 'console-backtest-running');
  answer();
  await desk.getByRole('alert').getByText('The gateway cannot be reached.').waitFor();
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-backtest-failed');
});

it('is no screen of support', async () => {
  const desk = await stand.open('/console/backtest', { before: as('support') });
  await desk.getByText('or to one that your role does not have').waitFor();
  expect(await desk.getByRole('link', { name: 'Backtest', exact: true }).count()).toBe(0);
});

it('has what was replayed judge in the shadow, and another person activate it, in dark as well', async () => {
  const desk = await stand.open('/console/backtest', { before: as('admin'), scheme: 'dark' });
  await desk.getByText('Change the document').click();
  await documentOf(desk).fill(await withRule(desk, HEAVY));
  await button(desk, 'Replay').click();
  await rowOf(desk, /^Recall.*50\.0 %/).waitFor();
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-backtest-dark');
  await button(desk, 'Propose these rules').click();
  await desk.getByRole('textbox', { name: 'What for' }).fill('A third purchase within the hour');
  await desk.getByRole('dialog').getByRole('button', { name: 'Propose' }).click();
  await desk.getByText(/Version \d+ is there and judges in the shadow/).waitFor();

  await desk.getByRole('combobox', { name: 'Rules' }).click();
  await desk.getByRole('option', { name: /shadow: A third purchase/ }).click();
  await button(desk, 'Replay').click();
  await desk.getByRole('heading', { name: /^Version \d+, beside/ }).waitFor();
  await button(desk, 'Activate').click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await desk.getByRole('dialog').getByText('another person activates it').waitFor();
  await shoot(desk, 'console-backtest-two-persons');
});
