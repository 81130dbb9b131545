// A month is closed on figures that are the same on the screen, in the files and in SQL, to the minor unit, and what came too late
// for it is told beside them.
import type pg from 'pg';
import type { Caller } from '../../src/callers/caller';
import { runJob } from '../../src/jobs/run';
import { exportKind } from '../../src/reports/export';
import { monthEnd as readMonthEnd } from '../../src/reports/month-end';
import { type Answered, paidIntents, service, useAsking } from '../graphql/asking';
import { exportedText } from '../support/exported';
import { sealAll } from '../support/seal-all';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };
const YEAR = { gte: '2020-01-01T00:00:00.000Z', lt: '2100-01-01T00:00:00.000Z' };

const MONTH_END = `query ($range: DateTimeRange!) { admin { monthEnd(range: $range) {
  cutOff closesOn latePostings openBreaks
  statement { closing { credits money { amountMinor currency } } }
  accounts { account { code unit } opening debits credits closing late }
  liabilities { packageId credits money { amountMinor currency } }
  providers { provider movement ours { amountMinor currency } theirs { amountMinor } } } } }`;
const monthEnd = async (range: object = YEAR): Promise<Answered> =>
  (await asking.data(finance, MONTH_END, { range })).admin.monthEnd;

async function exported(format: string, select: object = { ledger: { postedAt: YEAR } }): Promise<string> {
  const source =
    'mutation ($input: StartExportInput!) { startExport(input: $input) { export { id } errors { code } } }';
  const { startExport } = await asking.data(finance, source, { input: { select, format } });
  const { id } = startExport.export;
  await runJob(asking.deps, [exportKind(asking.deps)], id, new AbortController().signal);
  return exportedText(asking.database.pool(), id);
}

async function spend(userId: string, credits: number, key: string): Promise<void> {
  const source =
    'mutation ($input: SpendCreditsInput!) { spendCredits(input: $input) { errors { code message } } }';
  const input = { userId, credits, reason: '=HYPERLINK("x")', idempotencyKey: key };
  expect((await asking.data(service('shop'), source, { input })).spendCredits.errors).toEqual([]);
}

const cells = (line: string) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
/** Minor units from a decimal that we wrote. */
const minor = (text: string | undefined) => (text ? BigInt(text.replace('.', '')) : 0n);

it('has the same sums on the screen, in the spreadsheet, in the journal and in SQL', async () => {
  await paidIntents(asking, 'ann', 3);
  await spend('ann', 7, 'first');
  await sealAll(asking.database.pool());
  const { accounts, latePostings, statement, liabilities, cutOff } = await monthEnd();
  expect(latePostings).toBe(0);
  expect(cutOff).not.toBeNull();

  const sums = await asking.sql(
    `select account, unit, coalesce(-sum(amount) filter (where amount < 0), 0)::text as debits,
       coalesce(sum(amount) filter (where amount > 0), 0)::text as credits, sum(amount)::text as closing
     from entries group by account, unit`,
  );
  const bySql = new Map(sums.map((row) => [`${row.account} ${row.unit}`, row]));
  expect(accounts).toHaveLength(sums.length);
  for (const { account, ...row } of accounts)
    expect(row).toMatchObject({
      ...{ opening: '0', late: '0' },
      ...{ debits: bySql.get(`${account.code} ${account.unit}`)?.debits },
      ...{ credits: bySql.get(`${account.code} ${account.unit}`)?.credits },
      ...{ closing: bySql.get(`${account.code} ${account.unit}`)?.closing },
    });

  const [about, table] = (await exported('spreadsheet')).split('\r\n\r\n');
  expect(about?.startsWith('\ufeffList,ledger')).toBe(true);
  expect(about).toContain('2100-01-01T00:00:00.000Z');
  const [head, ...rows] = table?.trim().split('\r\n').map(cells) ?? [];
  expect(head?.slice(-3)).toEqual(['currency', 'debit', 'credit']);
  expect(rows[0]?.[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const inFile = (account: string, unit: string, column: 10 | 11, from: readonly string[][]) =>
    from
      .filter((row) => row[8] === account && row[9] === unit)
      .reduce((sum, row) => sum + minor(row[column]), 0n);
  for (const { account, debits, credits } of accounts)
    expect([
      inFile(account.code, account.unit, 10, rows).toString(),
      inFile(account.code, account.unit, 11, rows).toString(),
    ]).toEqual([debits, credits]);
  expect(table).not.toMatch(/(^|,)=HYPERLINK/m);

  const [names, ...lines] = (await exported('journal')).trim().split('\r\n').map(cells);
  expect(names?.slice(0, 7)).toEqual([
    ...['Date', 'Journal', 'Account', 'Account name', 'Currency', 'Debit', 'Credit'],
  ]);
  expect(lines[0]?.[0]).toMatch(/^\d{4}-\d\d-\d\d$/);
  // Each posting of money stands for itself, as importers demand.
  for (const journal of new Set(lines.map((line) => line[1]))) {
    const own = lines.filter((line) => line[1] === journal);
    const sum = (at: number) => own.reduce((all, line) => all + minor(line[at]), 0n);
    expect([journal, sum(5)]).toEqual([journal, sum(6)]);
  }
  expect(lines.some((line) => line[4] === 'CREDIT')).toBe(false);

  // What is owed by package is what stands on the account for it, and in the wallets.
  const owed = liabilities.reduce((sum: bigint, row: Answered) => sum + BigInt(row.money.amountMinor), 0n);
  expect(owed.toString()).toBe(statement.closing.money[0].amountMinor);
  const left = liabilities.reduce((sum: bigint, row: Answered) => sum + BigInt(row.credits), 0n);
  expect(String(left)).toBe(statement.closing.credits);
});

it('tells what is dated in it and came after it was closed, which is in no other figure', async () => {
  const before = await monthEnd();
  await spend('ann', 5, 'late');
  const after = await monthEnd();
  expect(after.latePostings).toBe(1);
  expect(after.closesOn).toBe(before.closesOn);
  const without = ({ accounts }: Answered) => accounts.map(({ late: _, ...row }: Answered) => row);
  expect(without(after)).toEqual(without(before));
  const late = Object.fromEntries(
    after.accounts.map((row: Answered) => [`${row.account.code} ${row.account.unit}`, row.late]),
  );
  expect(late).toMatchObject({ 'wallet CREDIT': '-5', 'credits_spent CREDIT': '5' });

  await sealAll(asking.database.pool());
  const closed = await monthEnd();
  expect(closed.latePostings).toBe(0);
  const shown = (of: Answered, sums: (row: Answered) => bigint) =>
    of.accounts.map((row: Answered) => [row.account.code, row.account.unit, sums(row).toString()]);
  expect(shown(closed, ({ closing }) => BigInt(closing))).toEqual(
    shown(after, (row) => BigInt(row.closing) + BigInt(row.late)),
  );
});

it('is of one moment: what is posted and sealed while it is read is in none of its figures', async () => {
  const pool = asking.database.pool();
  let isMeddled = false;
  // Between two of its statements somebody spends, and it is sealed.
  const meddled =
    (client: { query: (...given: any[]) => Promise<unknown> }) =>
    async (...given: unknown[]) => {
      const answer = await client.query(...given);
      if (isMeddled || !String(given[0]).includes('sealed_totals')) return answer;
      isMeddled = true;
      await spend('ann', 3, 'meanwhile');
      await sealAll(pool);
      return answer;
    };
  const watched = {
    query: meddled(pool),
    connect: async () => {
      const client = await pool.connect();
      return { query: meddled(client), release: (broken?: Error) => client.release(broken) };
    },
  };
  const span = { gte: new Date(YEAR.gte), lt: new Date(YEAR.lt) };
  const { statement, accounts, liabilities, latePostings } = await readMonthEnd(
    { pool: watched as unknown as pg.Pool },
    span,
  );

  expect(isMeddled).toBe(true);
  const { closing } = accounts.find(({ account }) => account.code === 'wallet')!;
  expect(closing).toBe(statement.closing.credits);
  expect(liabilities.reduce((sum, { credits }) => sum + credits, 0n)).toBe(closing);
  expect(latePostings).toBe(0);
  const { closing: now } = (await readMonthEnd({ pool }, span)).accounts.find(
    ({ account }) => account.code === 'wallet',
  )!;
  expect(now).toBe(closing - 3n);
});

it('refuses a period that is open, and a journal of what is no ledger', async () => {
  const { errors } = await asking.ask(finance, MONTH_END, { range: { gte: YEAR.gte } });
  expect(errors?.[0]?.message).toBe('A period has a beginning and an end after it.');
  const source =
    'mutation ($input: StartExportInput!) { startExport(input: $input) { errors { code path } } }';
  const input = { select: { refunds: {} }, format: 'journal' };
  expect((await asking.data(finance, source, { input })).startExport.errors).toEqual([
    { code: 'INVALID_INPUT', path: ['input', 'format'] },
  ]);
});

it('adds up what users have also where no client could read the sum as a number', async () => {
  const most = Number.MAX_SAFE_INTEGER;
  const source =
    'mutation ($input: AdjustCreditsInput!) { adjustCredits(input: $input) { errors { code message } } }';
  for (const userId of ['rich_1', 'rich_2']) {
    const input = { userId, credits: most, reason: 'A gift', idempotencyKey: `gift_${userId}` };
    expect((await asking.data(finance, source, { input })).adjustCredits.errors).toEqual([]);
  }
  const { liabilities } = await monthEnd();
  const given = liabilities.find((row: Answered) => row.packageId === null);
  expect(BigInt(given.credits)).toBeGreaterThanOrEqual(2n * BigInt(most));
});
