// Grants out of a file: more than one call takes. Read whole before anything is given, so that a slip of the pen gives nothing.
import { CREDITS_MAX } from '../kernel/credits';
import { invalidInput } from '../kernel/problems';
import type { GrantInput } from './grant';

export type GrantFileFormat = 'csv' | 'jsonl';

const COLUMNS = ['userId', 'credits', 'key', 'reason', 'expiresAt'] as const;
type Column = (typeof COLUMNS)[number];
const NEEDED: readonly Column[] = ['userId', 'credits', 'key', 'reason'];

// A day's work of one process; a larger one is split.
const ROWS_MAX = 1_000_000;

/** A grant with the line of the file that it stands in. */
export interface GrantLine {
  readonly line: number;
  readonly grant: GrantInput;
}

/**
 * The grants of a file: CSV with a head (userId, credits, key, reason and perhaps expiresAt, in any order), or an object a line of
 * the same names.
 * @throws Problem INVALID_INPUT that names the line
 */
export function grantsIn(text: string, format: GrantFileFormat): GrantLine[] {
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text);
  if (rows.length === 0) throw invalidInput('The file has no grants.', 'file');
  if (rows.length > ROWS_MAX) throw invalidInput(`A file has at most ${ROWS_MAX} grants.`, 'file');
  return rows.map(({ line, values }) => ({ line, grant: grantOf(line, values) }));
}

interface RawRow {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

function grantOf(line: number, values: RawRow['values']): GrantInput {
  const wrong = (what: string) => invalidInput(`Line ${line}: ${what}`, 'file');
  const text = (column: Column): string => {
    const value = values[column];
    if (typeof value !== 'string' || value === '') throw wrong(`${column} is missing.`);
    return value;
  };
  const credits = String(values.credits ?? '');
  if (!/^[1-9]\d{0,15}$/.test(credits) || BigInt(credits) > CREDITS_MAX)
    throw wrong(`credits are a whole number from 1 to ${CREDITS_MAX}.`);
  const given = values.expiresAt === undefined || values.expiresAt === '' ? null : values.expiresAt;
  const expiresAt = given === null ? null : new Date(String(given));
  if (expiresAt && Number.isNaN(expiresAt.getTime()))
    throw wrong('expiresAt is no instant, such as 2027-01-31T00:00:00Z.');
  return {
    userId: text('userId'),
    credits: BigInt(credits),
    key: text('key'),
    reason: text('reason'),
    expiresAt,
  };
}

function jsonRows(text: string): RawRow[] {
  return text.split('\n').flatMap((content, at): RawRow[] => {
    if (content.trim() === '') return [];
    const line = at + 1;
    const values = parsed(content);
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw invalidInput(`Line ${line}: this is no JSON object.`, 'file');
    return [{ line, values: values as RawRow['values'] }];
  });
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

function csvRows(text: string): RawRow[] {
  const [head, ...rest] = csvCells(text);
  const columns = head?.cells.map((cell) => cell.trim()) ?? [];
  const missing = NEEDED.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw invalidInput(`The first line names no ${missing.join(', ')}.`, 'file');
  return rest.map(({ line, cells }) => {
    if (cells.length !== columns.length)
      throw invalidInput(
        `Line ${line}: ${cells.length} cells, where the first line has ${columns.length}.`,
        'file',
      );
    return { line, values: Object.fromEntries(columns.map((column, at) => [column, cells[at]])) };
  });
}

// RFC 4180: a cell in quotes may have commas, line ends, and quotes that are doubled.
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function csvCells(text: string): { line: number; cells: string[] }[] {
  const body = text.replace(/^\uFEFF/, '');
  const rows: { line: number; cells: string[] }[] = [];
  let [line, at] = [1, 0];
  let cells: string[] = [];
  let first = line;
  while (at < body.length || cells.length > 0) {
    CELL.lastIndex = at;
    const found = CELL.exec(body);
    if (!found) throw invalidInput(`Line ${line}: a quote is not closed, or stands within a cell.`, 'file');
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    line += found[0].split('\n').length - 1;
    at = CELL.lastIndex;
    if (found[3] === ',') continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: first, cells });
    [cells, first] = [[], line];
  }
  return rows;
}
