// Grants out of a file: more than one call takes. Read whole before anything is given, so that a slip of the pen gives nothing.
import { CREDITS_MAX } from '../kernel/credits';
import { storableInstantOf } from '../kernel/instants';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
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
 * @param file UTF-8, with or without a mark of it
 * @throws Problem INVALID_INPUT that names the line
 */
export function grantsIn(file: Uint8Array, format: GrantFileFormat): GrantLine[] {
  const text = textOf(file);
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text);
  if (rows.length === 0) throw invalidInput('The file has no grants.', 'file');
  if (rows.length > ROWS_MAX) throw invalidInput(`A file has at most ${ROWS_MAX} grants.`, 'file');
  return rows.map(({ line, values }) => ({ line, grant: grantOf(line, values) }));
}

/** As it was written, or not at all: a name that is read wrong is somebody else. */
function textOf(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    throw invalidInput('The file is no UTF-8.', 'file');
  }
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
    if (!isStorable(value)) throw wrong(`${column} has a character that cannot be kept.`);
    return value;
  };
  const strange = Object.keys(values).find((name) => !COLUMNS.some((column) => column === name));
  if (strange !== undefined) throw wrong(`${strange} is none of ${COLUMNS.join(', ')}.`);
  const credits = String(values.credits ?? '');
  if (!/^[1-9]\d{0,15}$/.test(credits) || BigInt(credits) > CREDITS_MAX)
    throw wrong(`credits are a whole number from 1 to ${CREDITS_MAX}.`);
  const given = values.expiresAt === undefined || values.expiresAt === '' ? null : values.expiresAt;
  const expiresAt = given === null ? null : storableInstantOf(String(given));
  if (given !== null && !expiresAt) throw wrong('expiresAt is no instant, such as 2027-01-31T00:00:00Z.');
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
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw invalidInput(`The first line names ${twice} twice.`, 'file');
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

const PLAIN = /[^",\r\n]*/y;
const AFTER = /,|\r?\n|$/y;

// RFC 4180: a cell in quotes may have commas, line ends, and quotes that are doubled.
function csvCells(body: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let [line, at] = [1, 0];
  let cells: string[] = [];
  let first = line;
  while (at < body.length || cells.length > 0) {
    const end = cellEnd(body, at);
    AFTER.lastIndex = end;
    const after = AFTER.exec(body);
    if (!after) throw invalidInput(`Line ${line}: a quote is not closed, or stands within a cell.`, 'file');
    const cell = body.slice(at, end);
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    line += `${cell}${after[0]}`.split('\n').length - 1;
    at = AFTER.lastIndex;
    if (after[0] === ',') continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: first, cells });
    [cells, first] = [[], line];
  }
  return rows;
}

/** Where a cell ends that begins there. By hand: an expression that repeats a choice runs out of stack over a long cell. */
function cellEnd(body: string, at: number): number {
  if (body[at] !== '"') {
    PLAIN.lastIndex = at;
    return at + (PLAIN.exec(body)?.[0].length ?? 0);
  }
  let quote = body.indexOf('"', at + 1);
  while (quote !== -1 && body[quote + 1] === '"') quote = body.indexOf('"', quote + 2);
  // Not closed: behind the quote nothing ends a cell.
  return quote === -1 ? at : quote + 1;
}
