// Rows that go to the database as one array: what the columns of a verb say is what the type in the database has, and every
// text comes through as it was.
import pg from 'pg';
import { ADJUSTMENT } from '../../src/credits/adjust';
import { HOLD_ROW } from '../../src/credits/hold';
import { RELEASE_ROW } from '../../src/credits/release-hold';
import { SETTLE_ROW } from '../../src/credits/settle-hold';
import { SPEND_ROW } from '../../src/credits/spend';
import { arrayText, type RowType } from '../../src/db/set-call';
import { DELIVERY_END } from '../../src/deliveries/queue';
import { CLAIM_ROW } from '../../src/intents/claim';
import { DEVELOPMENT_SECRETS } from '../../src/kernel/development-secrets';
import { createSecretBox } from '../../src/kernel/secret-box';
import { factRow } from '../../src/payments/settle';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const FACT_ROW = factRow(createSecretBox([DEVELOPMENT_SECRETS.secretsKey]));
const TYPES = [
  SPEND_ROW,
  HOLD_ROW,
  RELEASE_ROW,
  SETTLE_ROW,
  ADJUSTMENT,
  CLAIM_ROW,
  FACT_ROW,
  DELIVERY_END,
].map(({ name, columns }) => [name, Object.keys(columns)] as const);

it.each(TYPES)(
  'the columns of %s are those of the type in the database, in their order',
  async (name, columns) => {
    const { rows } = await client.query(
      `select attname from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relname = $1 and c.relkind = 'c' order by attnum`,
      [name],
    );
    expect(rows.map(({ attname }) => attname)).toEqual(columns);
  },
);

interface Odd {
  readonly text: string | null;
  readonly data: object | null;
  readonly count: bigint | null;
}

const ODD_ROW: RowType<Odd> = {
  name: 'odd_row',
  columns: { text: (row) => row.text, data: (row) => row.data, count: (row) => row.count },
};

it('every text, number and object comes through as it was, and so does nothing', async () => {
  await client.query('create type odd_row as (text text, data jsonb, count bigint)');
  const texts = [
    ...[
      '',
      ' ',
      'plain',
      '"',
      '""',
      '\\',
      '\\\\',
      '\\"',
      "'",
      ',',
      '(',
      ')',
      '{',
      '}',
      '{}',
      '()',
      '(,)',
      '{"a","b"}',
    ],
    ...[
      'NULL',
      'null',
      '\n',
      '\t',
      '\r\n',
      'é',
      '漢字',
      '👩‍👩‍👧',
      '\u200b',
      ' lead and trail ',
      '$1',
      '%',
      '\\x41',
      '\\N',
      ';--',
    ],
    null,
  ];
  const rows: Odd[] = texts.map((text, at) => ({
    text,
    data: text === null ? null : { [text]: [text, at, null, true] },
    count: text === null ? null : BigInt(at) - 9007199254740993n,
  }));
  const { rows: back } = await client.query('select * from unnest($1::odd_row[])', [
    arrayText(ODD_ROW, rows),
  ]);
  expect(back).toEqual(rows.map((row) => ({ ...row, count: row.count === null ? null : String(row.count) })));
  expect((await client.query('select * from unnest($1::odd_row[])', [arrayText(ODD_ROW, [])])).rows).toEqual(
    [],
  );
});
