// The ledger as bookkeepers read it: a debit column and a credit column in place of a sign.
import { accountOf } from '../credits/chart';
import { decimalOf, isKnownCurrency } from '../kernel/money';
import type { Origin } from './origin';
import type { ListReader } from './read-list';
import { Exact, type Format, type Value } from './rows';

/** What stands above the rows of a spreadsheet. @param at when it was asked for */
export function aboutOf(
  list: string,
  filter: object,
  at: Date,
  { gatewayId, cell }: Origin,
): readonly (readonly string[])[] {
  const given = Object.entries(filter)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ['Filter', name, JSON.stringify(value)]);
  return [
    ['List', list],
    ['Gateway', gatewayId],
    ...(cell === null ? [] : [['Cell', cell]]),
    ['Made at', at.toISOString()],
    ...(given.length > 0 ? given : [['Filter', 'none', 'all rows']]),
  ];
}

/** The rows of the ledger in the columns of a format. */
export function inColumns(reader: ListReader, format: Format): ListReader {
  if (format !== 'spreadsheet' && format !== 'journal') return reader;
  const at = new Map(reader.columns.map((name, place) => [name, place]));
  const cellOf = (row: readonly Value[], name: string): Value => row[at.get(name) ?? -1] ?? null;
  const rowOf = format === 'journal' ? journalRow : spreadsheetRow;
  return {
    columns: format === 'journal' ? JOURNAL : SPREADSHEET,
    total: reader.total,
    pages: pagesOf(reader.pages, (row) => rowOf((name) => cellOf(row, name))),
  };
}

type Read = (name: string) => Value;

const KEPT = ['id', 'postedAt', 'kind', 'reference', 'userId', 'intentId', 'reason', 'line', 'account'];
const SPREADSHEET = [...KEPT, 'currency', 'debit', 'credit'];
const spreadsheetRow = (read: Read): Value[] => [
  ...KEPT.map(read),
  read('currency'),
  ...sidesOf(read('amountMinor') as bigint, read('currency') as string),
];

// The names that importers look for; a date without a time, because books have days. Times are UTC.
const JOURNAL = ['Date', 'Journal', 'Account', 'Account name', 'Currency', 'Debit', 'Credit', 'Description'];
/** Null for credits: books of money have no such unit, and a posting's money is balanced without them. */
function journalRow(read: Read): Value[] | null {
  const [unit, code] = [read('currency') as string, read('account') as string];
  if (unit === 'CREDIT') return null;
  const day = (read('postedAt') as Date).toISOString().slice(0, 10);
  const text = [read('kind'), read('reason') ?? read('intentId')].filter(Boolean).join(': ');
  const sides = sidesOf(read('amountMinor') as bigint, unit);
  return [day, read('id'), code, accountOf(code)?.name ?? code, unit, ...sides, text];
}

/** A credit is positive in the ledger. */
function sidesOf(amountMinor: bigint, unit: string): [Value, Value] {
  const size = amountMinor < 0n ? -amountMinor : amountMinor;
  const shown = isKnownCurrency(unit)
    ? new Exact(decimalOf({ amountMinor: size, currency: unit }))
    : new Exact(size.toString());
  return amountMinor < 0n ? [shown, null] : [null, shown];
}

async function* pagesOf(
  pages: ListReader['pages'],
  rowOf: (row: readonly Value[]) => Value[] | null,
): AsyncGenerator<Value[][]> {
  for await (const page of pages)
    yield page.flatMap((row) => {
      const made = rowOf(row);
      return made ? [made] : [];
    });
}
