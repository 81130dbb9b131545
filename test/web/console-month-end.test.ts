// A month is closed on one screen, whose sums are those of the books.
import { seriousFindings, shoot } from './browser';
import { as, heading, menu, useConsole } from './console-stand';

const stand = useConsole();
const THIS_MONTH = new Date().toISOString().slice(0, 7);

it('closes a month on one screen: what is owed, what was earned, debits equal to credits, and files of exactly that', async () => {
  const page = await stand.open('/console', { before: as('finance'), zone: 'UTC' });
  await menu(page, 'Month end');
  await heading(page, 'Month end');
  await page.getByLabel('Month').fill(THIS_MONTH);
  await page.getByText('Closed on the posting of').waitFor();
  const finance = await stand.gateway.as('finn', 'finance');
  const next = new Date(`${THIS_MONTH}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const range = { gte: `${THIS_MONTH}-01T00:00:00Z`, lt: next.toISOString() };
  const { data } = await finance.query(
    `query ($range: DateTimeRange!) { admin { monthEnd(range: $range) {
       accounts { account { name unit } debits credits } statement { closing { money { formatted } } } } } }`,
    { range },
  );
  const { accounts, statement } = data.admin.monthEnd;
  const sumOf = (side: 'debits' | 'credits') =>
    accounts
      .filter(({ account }: { account: { unit: string } }) => account.unit === 'INR')
      .reduce((sum: bigint, row: Record<string, string>) => sum + BigInt(row[side] ?? 0), 0n);
  expect(sumOf('debits')).toBe(sumOf('credits'));
  const balance = page.getByRole('region', { name: 'Trial balance' }).first();
  const rupees = new Intl.NumberFormat('en-IN', { style: 'currency', currency: 'INR' });
  const written = (minor: bigint) => (minor === 0n ? '–' : rupees.format(Number(minor) / 100));
  const [debits, credits] = [written(sumOf('debits')), written(sumOf('credits'))];
  const rows = await balance
    .locator('tbody tr')
    .evaluateAll((found) =>
      found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
    );
  expect(rows.find(([name]) => name === 'Total in INR')?.slice(2, 4)).toEqual([debits, credits]);
  // Each account as the API has it, whose sums are those of SQL and of the files: test/reports/month-end.
  for (const { account, ...sides } of accounts)
    if (account.unit === 'INR')
      expect(rows.map(([name, , ...cells]) => [name, ...cells.slice(0, 2)])).toContainEqual([
        account.name,
        written(BigInt(sides.debits)),
        written(BigInt(sides.credits)),
      ]);
  await page
    .getByRole('region', { name: 'Credits owed to users' })
    .locator('tr', { hasText: 'Owed at the end' })
    .getByText(statement.closing.money[0].formatted)
    .first()
    .waitFor();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 860 });
    expect(await seriousFindings(page)).toEqual([]);
  }
  await shoot(page, 'console-month-end');
  await page.getByRole('button', { name: 'Export as a journal' }).click();
  await heading(page, 'Exports');
  await page.getByRole('cell', { name: 'journal' }).waitFor();
  expect(await page.evaluate('document.title')).toMatch(/^Exports/);
});
