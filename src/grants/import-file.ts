// Grants out of a file: more than one call takes. Read whole before anything is given, so that a slip of the pen gives nothing.
import { holdsCard, TAKE_CARD_OUT } from '../kernel/card-numbers';
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

/** A line that cannot be read, and why. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
}

/**
 * The grants of a file: CSV with a head (userId, credits, key, reason and perhaps expiresAt, in any order), or an object a line of
 * the same names.
 * @param file UTF-8, with or without a mark of it
 * @throws Problem INVALID_INPUT that names the line
 */
export function grantsIn(file: Uint8Array, format: GrantFileFormat, rowsMax = ROWS_MAX): GrantLine[] {
  const { lines, faults } = readGrants(file, format, rowsMax);
  const [fault] = faults;
  if (fault) throw invalidInput(`Line ${fault.line}: ${fault.message}`, 'file');
  return lines;
}

/**
 * The same, with each line that cannot be read beside those that can.
 * @throws Problem INVALID_INPUT for a file that has no lines at all, too many of them, or no head
 */
export function readGrants(
  file: Uint8Array,
  format: GrantFileFormat,
  rowsMax = ROWS_MAX,
): { readonly lines: GrantLine[]; readonly faults: LineFault[] } {
  const text = textOf(file);
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text);
  if (rows.length === 0) throw invalidInput('The file has no grants.', 'file');
  if (rows.length > rowsMax) throw invalidInput(`A file has at most ${rowsMax} grants.`, 'file');
  const lines: GrantLine[] = [];
  const faults: LineFault[] = [];
  for (const { line, values } of rows) {
    const grant = typeof values === 'string' ? values : grantOf(values);
    if (typeof grant === 'string') faults.push({ line, message: grant });
    else lines.push({ line, grant });
  }
  return { lines, faults };
}

/** As it was written, or not at all: a name that is read wrong is somebody else. */
function textOf(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    throw invalidInput('The file is no UTF-8.', 'file');
  }
}

type Values = Readonly<Record<string, unknown>>;

interface RawRow {
  readonly line: number;
  /** Text: why there are none. */
  readonly values: Values | string;
}

/** Or what is wrong with it. */
function grantOf(values: Values): GrantInput | string {
  const strange = Object.keys(values).find((name) => !COLUMNS.some((column) => column === name));
  if (strange !== undefined) return `${strange} is none of ${COLUMNS.join(', ')}.`;
  const credits = String(values.credits ?? '');
  if (!/^[1-9]\d{0,15}$/.test(credits) || BigInt(credits) > CREDITS_MAX)
    return `credits are a whole number from 1 to ${CREDITS_MAX}.`;
  const given = values.expiresAt === undefined || values.expiresAt === '' ? null : values.expiresAt;
  const expiresAt = given === null ? null : storableInstantOf(String(given));
  if (given !== null && !expiresAt) return 'expiresAt is no instant, such as 2027-01-31T00:00:00Z.';
  const texts = { userId: values.userId, key: values.key, reason: values.reason };
  for (const [column, value] of Object.entries(texts)) {
    if (typeof value !== 'string' || value === '') return `${column} is missing.`;
    if (!isStorable(value)) return `${column} has a character that cannot be kept.`;
  }
  const { userId, key, reason } = texts as Record<keyof typeof texts, string>;
  if (holdsCard(reason)) return TAKE_CARD_OUT;
  return { userId, credits: BigInt(credits), key, reason, expiresAt };
}

function jsonRows(text: string): RawRow[] {
  return text.split('\n').flatMap((content, at): RawRow[] => {
    if (content.trim() === '') return [];
    const values = parsed(content);
    const isObject = typeof values === 'object' && values !== null && !Array.isArray(values);
    return [{ line: at + 1, values: isObject ? (values as Values) : 'this is no JSON object.' }];
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
  return rest.map(({ line, cells }) => ({
    line,
    values:
      cells.length === columns.length
        ? Object.fromEntries(columns.map((column, at) => [column, cells[at]]))
        : `${cells.length} cells, where the first line has ${columns.length}.`,
  }));
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
