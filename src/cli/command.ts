import type { Config } from '../kernel/config';

/** @returns what to print. @throws UsageError, ConfigError whose messages are for the person at the terminal. */
export type Command = (args: readonly string[], config: Config) => Promise<string>;

/** The command was given wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
