import fs from 'node:fs';
import path from 'node:path';
import { CHART } from '../../src/credits/chart';
import { MOVEMENT_OF } from '../../src/credits/statement';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const document = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'ledger.md'), 'utf8');

const allowedBy = async (constraint: string): Promise<string[]> => {
  const { rows } = await database
    .pool()
    .query('select pg_get_constraintdef(oid) as text from pg_constraint where conname = $1', [constraint]);
  return wordsIn(rows[0].text);
};

const wordsIn = (text: string) => [...text.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '').sort();

test('the chart has exactly the accounts that the database takes', async () => {
  const codes = CHART.map(({ code }) => code).sort();
  const clearing = codes.filter((code) => code.startsWith('clearing_'));
  const { rows } = await database
    .pool()
    .query(`select 'clearing_' || name as code from providers order by 1`);

  // Those of the providers follow their table; the database knows them by their form.
  expect(clearing).toEqual(rows.map(({ code }) => code));
  expect(codes.filter((code) => !clearing.includes(code))).toEqual(await allowedBy('entries_account_check'));
});

test('credits stand in the accounts that the database keeps for them', async () => {
  const credits = CHART.filter(({ holds }) => holds === 'CREDIT').map(({ code }) => code);

  expect(credits.sort()).toEqual(
    (await allowedBy('entries_credit_accounts')).filter((name) => name !== 'CREDIT'),
  );
});

test('every kind of posting has its place in the statement', async () => {
  const kinds = Object.keys(MOVEMENT_OF);
  const { rows } = await database.pool().query(
    `select convalidated, (select prosrc from pg_proc where proname = 'is_posting_kind') as text
       from pg_constraint where pg_get_constraintdef(oid) like 'CHECK (is_posting_kind(kind))%'`,
  );

  expect(rows).toHaveLength(1);
  expect(rows[0].convalidated).toBe(true);
  expect(kinds.sort()).toEqual(wordsIn(rows[0].text));
});

test('docs/ledger.md has the chart as it is', () => {
  const table = document.slice(0, document.indexOf('User wallets'));
  const rows = [...table.matchAll(/^\| (`.*?) \| (\w+) \| (\w+) \|/gm)].flatMap(([, codes, kind, holds]) =>
    [...(codes ?? '').matchAll(/`([a-z_]+)`/g)].map((match) => ({ code: match[1], kind, holds })),
  );

  expect(rows).toEqual(CHART.map(({ code, kind, holds }) => ({ code, kind, holds })));
});
