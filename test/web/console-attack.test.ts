// An attack as operators see it: noticed by declines at the simulated bank, said where they look, and over when it is quiet.
import { eventually } from '../support/eventually';
import { seriousFindings, shoot, useBrowser } from './browser';
import { as, menu } from './console-stand';

const stand = useBrowser({ RISK: 'act' });

const TESTERS = 14;

/** As many people each try one card, and the bank declines all of them. */
async function tryCards(): Promise<void> {
  const testers = await Promise.all(
    Array.from({ length: TESTERS }, (_, nth) => stand.gateway.as(`tester_${nth}`)),
  );
  const ids: string[] = [];
  // All are made before the first decline is known: afterwards the rules would stop them.
  for (const tester of testers) {
    const wish = { packageId: 'small', provider: 'stripe', idempotencyKey: 'try' };
    ids.push((await tester.mutate('createIntent', wish, 'intent { id }')).intent.id);
  }
  for (const [nth, tester] of testers.entries())
    await tester.mutate('simulatePayment', { id: ids[nth], outcome: 'decline' }, 'intent { status }');
}

it('shows an attack from its beginning to its end: where operators look, what is stricter, what was tried, and afterwards', async () => {
  const desk = await stand.open('/console/attacks', { before: as('support') });
  await desk.getByText('No attack goes on').waitFor();
  await desk.getByText('There was no attack').waitFor();
  await shoot(desk, 'console-attacks-none');

  const other = await stand.open('/console', { before: as('support'), scheme: 'dark' });
  await tryCards();
  // Nobody reloads: the feed brings it.
  const said = other.getByText(/An attack with stolen cards goes on/);
  await said.waitFor();
  expect(await said.locator('..').textContent()).toMatch(
    /1\d declines in five minutes, where at most 10 are usual/,
  );
  await shoot(other, 'console-overview-attack');
  await menu(other, 'Decisions');
  await other.getByText(/An attack with stolen cards goes on/).waitFor();
  await menu(other, 'Payments');
  await other.getByText(/An attack with stolen cards goes on/).waitFor({ state: 'detached' });
  await menu(other, 'Reviews');
  await other.getByRole('link', { name: 'What is stricter meanwhile' }).click();
  const stricter = other.getByRole('region', { name: 'Stricter meanwhile' });
  await stricter.getByText('new account in attack').waitFor();
  await other.getByRole('img', { name: /^Tries, declines/ }).waitFor();
  expect(await seriousFindings(other)).toEqual([]);
  await shoot(other, 'console-attack-dark');

  await desk.getByText('Goes on since', { exact: true }).waitFor();
  await desk.getByText('Last hour').click();
  await desk.getByText('As a table').click();
  const minutes = desk.getByRole('region', { name: 'Tries in a minute' }).getByRole('row');
  const declines = async () =>
    (await minutes.locator('td[data-title="Declines"]').allTextContents()).reduce(
      (sum, text) => sum + Number(text),
      0,
    );
  await eventually(declines, (sum) => sum === TESTERS);
  expect(await seriousFindings(desk)).toEqual([]);
  await shoot(desk, 'console-attack');

  const admin = await stand.gateway.as('ada', 'admin');
  // Quiet is seen once the five minutes are over, and has to last for a quarter of an hour.
  for (const minutes of [6, 16]) {
    await admin.mutate('advanceClock', { bySeconds: minutes * 60 }, 'clock { now }');
    // The gateway looks every ten seconds.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
  }
  await desk.getByText('No attack goes on').waitFor();
  await other.getByText(/An attack with stolen cards goes on/).waitFor({ state: 'detached' });
  const past = desk.getByRole('region', { name: 'Attacks so far' }).getByRole('row');
  expect(await past.nth(1).textContent()).toMatch(/2\d min/);
  await shoot(desk, 'console-attacks-past');
});
