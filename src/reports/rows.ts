// Rows of an export as text. A CSV opens in a spreadsheet, which takes text that begins like a formula for one: such text
// gets an apostrophe in front. Numbers are written by us, exactly, and need none. JSON lines are for programs and stay as
// they are.

/** A number that we wrote as text, digit by digit. */
export class Exact {
  constructor(readonly text: string) {}
}

export type Value = string | number | bigint | boolean | Date | Exact | object | null;
/** spreadsheet: a CSV that says what it is. journal: a CSV that accounting software imports. */
export type Format = 'csv' | 'jsonl' | 'spreadsheet' | 'journal';

export interface RowWriter {
  /** What stands before the first row. */
  readonly head: string;
  readonly line: (values: readonly Value[]) => string;
}

// Without it Excel takes UTF-8 for the code page of the country.
const BYTE_ORDER_MARK = '\ufeff';

/** @param about what stands above the names in a spreadsheet: what the file is, a line each */
export function rowWriter(
  format: Format,
  columns: readonly string[],
  about: readonly (readonly string[])[] = [],
): RowWriter {
  if (format === 'spreadsheet')
    return {
      head: `${BYTE_ORDER_MARK}${about.map(csvLine).join('')}\r\n${csvLine(columns)}`,
      line: csvLine,
    };
  if (format !== 'jsonl') return { head: csvLine(columns), line: csvLine };
  return {
    head: '',
    line: (values) => {
      const pairs = columns.map((name, at) => [name, jsonValue(values[at] ?? null)]);
      return `${JSON.stringify(Object.fromEntries(pairs))}\n`;
    },
  };
}

// RFC 4180: CRLF, and quotes around what has a quote, a comma or a line end.
const csvLine = (values: readonly Value[]): string => `${values.map(csvCell).join(',')}\r\n`;

function csvCell(value: Value): string {
  const text = typeof value === 'string' ? harmless(value) : plain(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// What Excel, LibreOffice and Google Sheets take for the start of a formula; also behind blanks, which some of them trim.
const BEGINS_FORMULA = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/;
// Where a country writes numbers with a comma, lines are split at semicolons and our quotes are none: within a text a cell begins
// behind each semicolon, tab and line end. Looked for from the sign backwards, so that a text of blanks alone is read once.
const BEGINS_FORMULA_WITHIN = /[=+\-@＝＋－＠](?<=[;\t\r\n][\s\0]*.)/g;

const harmless = (text: string): string =>
  `${BEGINS_FORMULA.test(text) ? "'" : ''}${text.replace(BEGINS_FORMULA_WITHIN, "'$&")}`;

function plain(value: Exclude<Value, string>): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Exact) return value.text;
  return typeof value === 'object' ? harmless(JSON.stringify(value)) : String(value);
}

/** A number above 2^53 would lose digits in most readers, so whole amounts are text, as in the GraphQL schema. */
function jsonValue(value: Value): unknown {
  if (value instanceof Exact) return value.text;
  return typeof value === 'bigint' ? value.toString() : value;
}
