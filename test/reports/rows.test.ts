import { Exact, rowWriter } from '../../src/reports/rows';

const cell = (value: any) => rowWriter('csv', ['a']).line([value]).slice(0, -2);

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', ' =1', '＝1', '\u00a0=cmd|calc'])(
  'text that a spreadsheet would take for a formula gets an apostrophe: %j',
  (text) => {
    expect(cell(text).replace(/^"/, '')).toMatch(/^'/);
  },
);

test.each([
  ['x;=1+1', "x;'=1+1"],
  ['x; @SUM(A1);+2', "x; '@SUM(A1);'+2"],
  ['two lines\n=1+1', `"two lines\n'=1+1"`],
  ['a\t-1', "a\t'-1"],
  [{ note: 'x;=1+1' }, `"{""note"":""x;'=1+1""}"`],
])('nor does text begin a formula where a spreadsheet splits at semicolons: %j', (text, written) => {
  expect(cell(text)).toBe(written);
});

test('a text of blanks without end is read once', () => {
  const startedMs = performance.now();
  cell(`x${'\t'.repeat(200_000)}y`);
  // Read again from each of them it takes more than a minute.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test.each([
  ['plain', 'plain'],
  ['a-b', 'a-b'],
  ['a; b - c', 'a; b - c'],
  ['two\nlines', '"two\nlines"'],
  ['mail@host', 'mail@host'],
  ['', ''],
])('other text stays as it is: %j', (text, written) => {
  expect(cell(text)).toBe(written);
});

test('numbers are exact and get no apostrophe', () => {
  expect([cell(-9007199254740993n), cell(-5), cell(new Exact('-50.00')), cell(null), cell(true)]).toEqual([
    '-9007199254740993',
    '-5',
    '-50.00',
    '',
    'true',
  ]);
});

test('quotes, commas and line ends are quoted, and lines end as RFC 4180 says', () => {
  const writer = rowWriter('csv', ['id', 'reason']);

  expect(writer.head + writer.line(['1', 'a "b", c\nd'])).toBe('id,reason\r\n1,"a ""b"", c\nd"\r\n');
});

test('a JSON line keeps text as it is and amounts as text, and dates say when to the millisecond', () => {
  const writer = rowWriter('jsonl', ['amountMinor', 'reason', 'at']);

  expect(writer.head).toBe('');
  expect(writer.line([9007199254740993n, '=1', new Date('2026-01-31T09:30:00Z')])).toBe(
    '{"amountMinor":"9007199254740993","reason":"=1","at":"2026-01-31T09:30:00.000Z"}\n',
  );
});
