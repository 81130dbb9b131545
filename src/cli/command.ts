import type { Config } from '../kernel/config';

/**
 * @returns what to print, or the exit code of a command that has printed: 0 done, 1 failed or found something, 2 called
 * wrongly.
 * @throws UsageError, ConfigError whose messages are for the person at the terminal.
 */
export type Command = (args: readonly string[], config: Config) => Promise<string | number>;

/** The command was given wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
