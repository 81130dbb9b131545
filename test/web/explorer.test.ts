// The explorer, as QA uses it.
import type { Page } from 'playwright-core';
import { seriousFindings, shoot, useBrowser } from './browser';

const stand = useBrowser();

const open = async (scheme?: 'light' | 'dark') => {
  const page = await stand.open('/explorer', { scheme });
  // The schema is there.
  await page.waitForLoadState('networkidle');
  return page;
};
const editor = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const answer = (page: Page) => editor(page, 'Answer');
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true }).click();
const answered = async (page: Page, text: string) => {
  await run(page);
  await answer(page).getByText(text).first().waitFor();
};
const panel = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`(Show|Hide) ${name}`) }).click();
/** Chosen, and in the editor. */
const example = async (page: Page, name: string) => {
  await page.getByRole('button', { name, exact: true }).click();
  await editor(page, 'Query').getByText(name.replaceAll(' ', ''), { exact: true }).waitFor();
};
/** A text in place of what is in the editor. */
const write = async (page: Page, name: string, text: string) => {
  await editor(page, name).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
};
const textOf = async (page: Page, name: string) =>
  (await editor(page, name).locator('.cm-line').allInnerTexts()).join('\n').trim();

it('runs an example as it is, as whoever is chosen', async () => {
  const page = await open();
  await example(page, 'Packages');
  await answered(page, 'savingsPercent');
  await shoot(page, 'explorer');
  await page.getByLabel('As').selectOption('support (sue)');
  await page.waitForLoadState('networkidle');
  await example(page, 'Viewer');
  await answered(page, '"support"');
});

it('chooses who may run an example, says it beside it, fills it with what is there, and stays them over a reload', async () => {
  const payer = await stand.gateway.as('user_1');
  const wish = { packageId: 'small', provider: 'stripe', idempotencyKey: 'explorer-example' };
  const { intent } = await payer.mutate('createIntent', wish, 'intent { id }');
  await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const page = await open();
  const who = () => page.getByLabel('As').inputValue();
  expect(await who()).toBe('user (user_1)');
  await page
    .locator('.examples li', { hasText: 'Refund Preview' })
    .getByText('support', { exact: true })
    .waitFor();
  await example(page, 'Refund Preview');
  await page.waitForFunction("document.querySelector('.who select')?.value === 'support (sue)'");
  await editor(page, 'Variables').getByText(intent.id).waitFor();
  await answered(page, 'creditsToRevoke');
  await shoot(page, 'explorer-example');
  await page.reload();
  await editor(page, 'Query').waitFor();
  expect(await who()).toBe('support (sue)');
  await example(page, 'Balance');
  await page.waitForFunction("document.querySelector('.who select')?.value === 'user (user_1)'");
  await answered(page, 'available');
  await page.getByRole('button', { name: 'Copy a link' }).click();
  expect(page.url()).not.toMatch(/eyJ|[Bb]earer|token/);
});

it.each(['WebSocket', 'SSE'])(
  'shows every event of a subscription over %s, while outcomes are played',
  async (over) => {
    const page = await open();
    await panel(page, 'Play an outcome');
    await page.getByRole('button', { name: 'New intent' }).click();
    await page.getByRole('option', { name: /^pending/ }).waitFor({ state: 'attached' });
    await panel(page, 'Examples');
    await example(page, 'Watch Intent');
    await editor(page, 'Variables').getByText('int_').waitFor();
    await page.getByLabel('Events by').selectOption(over);
    await answered(page, 'snapshot');
    await panel(page, 'Play an outcome');
    await page.getByRole('button', { name: 'decline', exact: true }).click();
    await page.getByRole('status').getByText('decline: pending').waitFor();
    await page.getByRole('button', { name: 'succeed', exact: true }).click();
    await answer(page).getByText('completed by the gateway').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    if (over === 'WebSocket') await shoot(page, 'explorer-outcomes');
    await panel(page, 'Event log');
    await page.locator('.events li', { hasText: 'completed by the gateway' }).waitFor();
    expect(await page.locator('.events li').count()).toBeGreaterThanOrEqual(4);
    if (over === 'WebSocket') await shoot(page, 'explorer-events');
  },
);

it('shows the clock, and an admin moves it by a day, by thirty and by days of their own', async () => {
  const page = await open();
  await panel(page, 'Clock');
  await page.getByText('as the real clock').waitFor();
  await page.getByText('Choose an admin above').waitFor();
  expect(await page.getByRole('button', { name: '30 days' }).isDisabled()).toBe(true);
  await page.getByLabel('As').selectOption('admin (ada)');
  await page.getByText('Choose an admin above').waitFor({ state: 'detached' });

  const moved = async (told: string, ahead: string) => {
    await page.getByRole('status').getByText(`${told} forward: done.`).waitFor();
    await page.getByText(`${ahead} ahead of the real clock`).waitFor();
  };
  await page.getByRole('button', { name: '1 day', exact: true }).click();
  await moved('1 day', '1 day');
  await page.getByRole('button', { name: '30 days' }).click();
  await moved('30 days', '31 days');
  await page.getByLabel('Days').fill('1.5');
  await page.getByRole('button', { name: 'Move forward' }).click();
  await moved('1.5 days', '32.5 days');
  const year = new Date(Date.now() + 32.5 * 86_400_000).getFullYear();
  expect(await page.locator('time').innerText()).toContain(String(year));
  expect(await seriousFindings(page)).toEqual([]);
  await shoot(page, 'explorer-clock');

  await page.getByLabel('Days').fill('500');
  await page.getByRole('button', { name: 'Move forward' }).click();
  await page.getByRole('status').getByText('at most 400 days').waitFor();
  await page.getByLabel('Days').fill('nonsense');
  expect(await page.getByRole('button', { name: 'Move forward' }).isDisabled()).toBe(true);
});

it('stops a subscription that goes on', async () => {
  const page = await open();
  await example(page, 'Watch Balance');
  await answered(page, 'balance');
  await page.getByRole('button', { name: 'Stop' }).click();
  await answer(page).getByText('"stopped"').waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
});

it('completes and checks a document by the schema, lays it out, and runs it by key', async () => {
  const page = await open();
  await write(page, 'Query', 'query Mine{packages{id nam');
  await page.keyboard.press('Control+Space');
  await page.getByRole('option', { name: /^name/ }).click();
  await page.keyboard.type(' nonsense');
  await page.keyboard.press('Escape');
  await page.locator('.cm-lintRange-error').first().waitFor();
  await write(page, 'Query', 'query Mine{packages{id name}}');
  await page.keyboard.press('Shift+ControlOrMeta+P');
  expect(await textOf(page, 'Query')).toBe('query Mine {\n  packages {\n    id\n    name\n  }\n}');
  await page.keyboard.press('ControlOrMeta+Enter');
  await answer(page).getByText('"Small"', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Mine', exact: true }).waitFor();
});

it('keeps comments when it lays a document out', async () => {
  const page = await open();
  await write(page, 'Query', '# what is sold\nquery Mine {\npackages { id }\n}');
  await page.getByRole('button', { name: 'Prettify' }).click();
  expect(await textOf(page, 'Query')).toBe('# what is sold\nquery Mine {\n  packages { id }\n}');
});

it('completes and checks variables by their types', async () => {
  const page = await open();
  await write(
    page,
    'Query',
    'mutation Buy($input: CreateIntentInput!) { createIntent(input: $input) { errors { message } } }',
  );
  await write(page, 'Variables', '{ "input": { "packageId": true } }');
  await page.locator('.inputs .cm-lintRange-error').first().waitFor();
  await write(page, 'Variables', '{ "input": {} }');
  await page.keyboard.press('ControlOrMeta+End');
  for (let back = 0; back < 3; back++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('"pack');
  await page.getByRole('option', { name: /packageId/ }).click();
  expect(await textOf(page, 'Variables')).toContain('"packageId": ');
  await write(page, 'Variables', '{ "input": ');
  await run(page);
  await answer(page).getByText('The variables are not a JSON object.').waitFor();
});

it('runs the operation that is chosen of several, with further headers', async () => {
  const page = await open();
  await write(page, 'Query', 'query One { viewer { __typename role } }\nquery Two { __typename }');
  await page.getByLabel('Operation').selectOption('One');
  await page.getByRole('button', { name: 'Headers' }).click();
  await write(page, 'Headers', '{ "authorization": "Bearer nobody" }');
  await answered(page, 'UNAUTHENTICATED');
  await page.getByLabel('Operation').selectOption('Two');
  await write(page, 'Headers', '');
  await answered(page, '"Query"');
});

it('explains types and fields, and finds them by a word', async () => {
  const page = await open();
  await panel(page, 'Docs');
  await page.getByLabel('Search the schema').fill('savings');
  await page.getByRole('button', { name: 'Package.savingsPercent' }).click();
  await page.getByRole('heading', { name: 'Package.savingsPercent' }).waitFor();
  await page.getByRole('navigation', { name: 'Docs' }).getByRole('button', { name: 'Schema' }).click();
  await page.getByRole('button', { name: 'Mutation', exact: true }).first().click();
  await page.getByRole('button', { name: 'createIntent', exact: true }).click();
  await page.getByText('Arguments').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await shoot(page, 'explorer-docs');
  await write(page, 'Query', '{ balance { version } }');
  await editor(page, 'Query')
    .getByText('version')
    .click({ modifiers: ['ControlOrMeta'] });
  await page.getByRole('heading', { name: /\.version$/ }).waitFor();
});

it('keeps documents and what was run, but no header, and opens what a link holds', async () => {
  const page = await open();
  await write(page, 'Query', 'query Kept { __typename }');
  await page.getByRole('button', { name: 'Headers' }).click();
  await write(page, 'Headers', '{ "x-of-mine": "a secret" }');
  await answered(page, '"Query"');
  await page.getByRole('button', { name: 'New document' }).click();
  await page.getByRole('button', { name: 'Untitled', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Kept', exact: true }).waitFor();
  expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('a secret');
  await page.getByRole('button', { name: 'Close Kept' }).click();
  await panel(page, 'History');
  await page.getByRole('button', { name: /^Kept/ }).click();
  expect(await textOf(page, 'Query')).toBe('query Kept { __typename }');
  await page.getByRole('button', { name: 'Copy a link' }).click();
  const other = await stand.open(page.url().slice(stand.gateway.url.length));
  await other.getByRole('button', { name: 'Kept', exact: true }).waitFor();
  expect(await textOf(other, 'Query')).toBe('query Kept { __typename }');
});

it('shows the colours that were chosen, whatever the system says', async () => {
  const page = await open('light');
  const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  const theme = page.getByRole('button', { name: /^Colours/ });
  await theme.click();
  await theme.click();
  expect(await background()).not.toBe(light);
});

it('opens with what a browser holds of another release, or of nobody knows whom', async () => {
  const page = await stand.open('/explorer', {
    before: async (page) => {
      await page.addInitScript(
        `localStorage.setItem('explorer:tabs', '{"open":[{"query":1},null],"current":9}');
         localStorage.setItem('explorer:history', '{"title":1}');
         localStorage.setItem('explorer:settings', 'nonsense');`,
      );
    },
  });
  await answered(page, 'savingsPercent');
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('has no serious accessibility finding in any panel, %s, %i wide', async (scheme, width) => {
  const page = await open(scheme);
  await page.setViewportSize({ width, height: 860 });
  await example(page, 'Packages');
  await answered(page, 'savingsPercent');
  const found: Record<string, string[]> = { Packages: await seriousFindings(page) };
  if (scheme === 'dark') await shoot(page, 'explorer-dark');
  await write(page, 'Query', 'query Wrong { nothing(of: 1, "a") }');
  await run(page);
  await answer(page).getByText('errors').first().waitFor();
  found.Wrong = await seriousFindings(page);
  for (const name of ['Docs', 'History', 'Event log', 'Play an outcome', 'Clock']) {
    await panel(page, name);
    await page.getByRole('complementary', { name }).waitFor();
    found[name] = await seriousFindings(page);
    if (width === 390) await shoot(page, `explorer-${name.replaceAll(' ', '-').toLowerCase()}-${scheme}`);
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
});
