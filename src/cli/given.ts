import { parseArgs } from 'node:util';
import { UsageError } from './command';

/**
 * What stands behind a command: `--name value`, and `--flag`.
 * @throws UsageError for anything else, and for an option without its value
 */
export function given<Name extends string, Flag extends string>(
  args: readonly string[],
  names: readonly Name[],
  flags: readonly Flag[],
  usage: string,
): Readonly<Partial<Record<Name, string>> & Partial<Record<Flag, boolean>>> {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' }] as const),
    ...flags.map((flag) => [flag, { type: 'boolean' }] as const),
  ]);
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as never;
  } catch (error) {
    throw misused(saidOf(error), usage);
  }
}

/** What of it was wrong, above how the command is called. */
export const misused = (what: string, usage: string) => new UsageError(`${what}\n${usage}`);

/** Node says in its first sentence which option, and then what a program might do about it. */
const saidOf = (error: unknown): string => `${(error as Error).message.split('. ')[0]}.`;

// A screen or two.
const ROWS_DEFAULT = 50;
const ROWS_MAX = 1_000;

/** How many rows to show. @throws UsageError */
export function rowsIn(text: string | undefined, usage: string): number {
  const rows = text === undefined ? ROWS_DEFAULT : Number(text);
  if (!Number.isInteger(rows) || rows < 1 || rows > ROWS_MAX)
    throw misused(`--rows ${text}: give a number from 1 to ${ROWS_MAX}.`, usage);
  return rows;
}

// A time without its zone would be of wherever the command runs.
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|[+-]\d\d(?::?\d\d)?))?$/;

/** A day, which begins at midnight UTC, or an instant with its zone. @throws UsageError */
export function instantOf(text: string, usage: string): Date {
  const at = new Date(text);
  const [year = Number.NaN, month = 0, day = 0] = (INSTANT.exec(text) ?? []).slice(1).map(Number);
  // A day that its month has not would be taken for one of the next.
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  if (!isDay || Number.isNaN(at.getTime()))
    throw misused(`${text} is no time: write 2026-11-28, or 2026-11-28T09:41:00Z, with its zone.`, usage);
  return at;
}
